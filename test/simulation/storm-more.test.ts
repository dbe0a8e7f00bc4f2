/** The second thousand, in a process of its own. */

import test from 'ava';
import {declareChurns, declareStorms} from './seeds.js';

declareStorms(test, 1001, 1000);
declareChurns(test, 151, 150);
