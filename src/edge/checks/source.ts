/** What finds something out for one type of check, before it is timed and cut to one line, and what such need from outside. */

import type {Deaths} from '../deaths/port.js';
import type {Link} from '../link/port.js';
import type {SendEcho} from '../ping/echo-socket.js';
import type {AddressFamily} from '../../core/model/farm.js';
import type {Finding} from './port.js';

export type Source = {
	/** As `probe` of a Prober; may throw what nobody expected. */
	readonly find: (signal: AbortSignal) => Promise<Finding>;
	readonly watch?: (told: (finding: Finding) => void) => void;
	readonly close?: () => Promise<void>;
};

export type ProcessParts = {
	/** Undefined where this system cannot watch processes. */
	readonly deaths: () => Promise<Deaths | undefined>;
	/** Process ids, or why there is none. */
	readonly pidOfService: (name: string) => Promise<number | string>;
	readonly pidOfUnit: (unit: string, signal?: AbortSignal) => Promise<number | string>;
};

export type CheckParts = ProcessParts & {
	/** Its watchers stay until it is closed. */
	readonly link: () => Link;
	readonly sendEcho: (family: AddressFamily) => Promise<SendEcho>;
};
