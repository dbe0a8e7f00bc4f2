/** The parts of a daemon that change its configuration, joined. */

import {readFileSync} from 'node:fs';
import {ownershipFingerprint} from '../../core/config/ownership.js';
import type {Farm} from '../../core/model/farm.js';
import type {MembershipState} from '../../core/membership/state.js';
import {farmOfApart} from '../../edge/config/load-apart.js';
import {loadKey} from '../../edge/config/load-key.js';
import {replaceText} from '../../edge/config/replace.js';
import {requireInterfaces} from '../../edge/link/require-interfaces.js';
import type {Link} from '../../edge/link/port.js';
import {SystemFailure} from '../../errors.js';
import type {Keyring} from '../keyring.js';
import type {Letters} from '../letters/letters.js';
import type {DaemonParts} from '../parts.js';
import {createApply, type Apply} from './apply.js';
import {createChange, type Change} from './change.js';
import type {LiveConfiguration} from './configuration.js';
import {openHistory, type History} from './history.js';

export type ChangingParts = DaemonParts & {
	readonly live: LiveConfiguration;
	readonly link: Link;
	readonly letters: Pick<Letters, 'ask'>;
	readonly keyring: Pick<Keyring, 'use'>;
	/** Undefined until the daemon serves. */
	readonly state: () => MembershipState | undefined;
};

export type Changing = {
	readonly apply: Apply;
	readonly change: Change;
	readonly history: History;
	/** What stands in the configuration file. */
	readonly text: () => string;
};

export function createChanging({live, link, letters, keyring, state, ...parts}: ChangingParts): Changing {
	const {configPath, self, clock, journal, stateDir} = parts;
	const history = openHistory(stateDir, {farm: parts.farm.name, node: self.name});
	const text = (): string => readFileSync(configPath, 'utf8');
	const running = (): MembershipState => {
		const now = state();
		return now ?? stillStarting();
	};

	let parsed: {readonly text: string; readonly farm: Promise<Farm>} | undefined;
	/** A text is read once, although it is planned, applied and staged. */
	const parse = async (wanted: string): Promise<Farm> => {
		if (parsed?.text !== wanted) {
			parsed = {text: wanted, farm: farmOfApart(wanted, configPath)};
		}

		return parsed.farm;
	};

	/** What is followed now. */
	let followed = {text: text(), fingerprint: ownershipFingerprint(parts.farm)};
	const version = (wanted: string, fingerprint: string, who: string): void => {
		history.add({
			at: clock.wall().toISOString(), who, fingerprint, text: wanted,
		});
	};

	const change = createChange({
		self,
		live,
		parse,
		async check(next) {
			await requireInterfaces(link, next);
			await loadKey(next.keyFile);
		},
		async useKeys(next) {
			keyring.use(await loadKey(next.keyFile), running());
		},
		async keep(wanted, next, who) {
			// What was followed without having been applied is a version to go back to.
			version(followed.text, followed.fingerprint, 'the file');
			followed = {text: wanted, fingerprint: ownershipFingerprint(next)};
			await replaceText(configPath, wanted);
			version(wanted, followed.fingerprint, who);
		},
		record: journal.record,
		later(ms, work) {
			const timer = setTimeout(work, ms);
			return () => {
				clearTimeout(timer);
			};
		},
	});
	return {
		change,
		history,
		text,
		apply: createApply({self, live, change, letters, parse, state: running}),
	};
}

/** For whoever asks before there is anything to change. */
export function stillStarting(): never {
	throw new SystemFailure('the daemon is still starting', {hint: 'ask again in a moment'});
}
