/** What the application's life remembers over restarts of the daemon and the machine, as a file of the state folder that says whose it is. */

import type {RememberedAction, RememberedApplication} from '../../core/application/types.js';
import {readState, writeState} from '../../edge/state/state-folder.js';
import {SystemFailure} from '../../errors.js';
import type {Owner} from '../remembered.js';

const fileName = 'application.json';

export const nothingRemembered: RememberedApplication = {actions: [], held: '', disabled: []};

type Written = Owner & RememberedApplication & {
	/** Wall time in milliseconds since 1970, for the ages of the actions. */
	readonly at: number;
};

/** With the ages as they are now. Throws a SystemFailure where the file cannot be read or understood. */
export function readRememberedApplication(stateDir: string, owner: Owner, now: number): RememberedApplication {
	const text = readState(stateDir, fileName);
	if (text === undefined) {
		return nothingRemembered;
	}

	const found = parse(text);
	if (found === undefined) {
		throw new SystemFailure(`'${stateDir}/${fileName}' is not what farmctl wrote`, {hint: 'it says which automatic actions there were and which checks are disabled; remove it'});
	}

	if (found.farm !== owner.farm || found.node !== owner.node) {
		return nothingRemembered;
	}

	// A wall clock that was set back makes nothing younger than it was.
	const passedMs = Math.max(0, now - found.at);
	return {held: found.held, disabled: found.disabled, actions: found.actions.map(action => ({...action, ageMs: action.ageMs + passedMs}))};
}

/** Throws a SystemFailure when it cannot be written. */
export function writeRememberedApplication(stateDir: string, {farm, node}: Owner, {actions, held, disabled}: RememberedApplication, now: number): void {
	const written: Written = {
		farm, node, at: now, held, disabled, actions,
	};
	writeState(stateDir, fileName, `${JSON.stringify(written, undefined, '\t')}\n`);
}

function parse(text: string): Written | undefined {
	try {
		const {farm, node, at, held, disabled, actions} = JSON.parse(text) as Partial<Written>;
		const isWhole = typeof farm === 'string' && typeof node === 'string' && Number.isFinite(at) && typeof held === 'string'
			&& Array.isArray(disabled) && disabled.every(name => typeof name === 'string') && Array.isArray(actions) && actions.every(action => isAction(action));
		return isWhole ? {
			farm, node, at: at!, held, disabled, actions,
		} : undefined;
	} catch {
		return undefined;
	}
}

const isAction = (value: unknown): value is RememberedAction => {
	const {action, subject, reason, ageMs} = (value ?? {}) as Partial<RememberedAction>;
	return ['restart', 'stopstart', 'handler'].includes(action ?? '') && typeof subject === 'string' && typeof reason === 'string' && Number.isFinite(ageMs);
};
