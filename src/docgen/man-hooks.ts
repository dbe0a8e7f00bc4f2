/** The variables of hooks as man source, from the one list of them. Pure. `npm run docs` puts it between two marks of man/farmctl.conf.5, and a test holds the page to it. */

import {hookVariables} from '../core/hooks/environment.js';
import {manText} from './man-text.js';
import {marksOf, withMarked} from './marked.js';

const marks = marksOf('hook variables', 'the list of the variables');

/** The page with its table made anew; throws where a mark is missing, since the page is ours. */
export const withHookVariables = (page: string): string =>
	withMarked(page, marks, Object.entries(hookVariables).map(([name, doc]) => `.TP\n.B ${manText(name)}\n${manText(doc)}\n`).join(''));
