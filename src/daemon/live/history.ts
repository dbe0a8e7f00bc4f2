/** The configurations that this node has followed, the newest last: one file of the state folder, of which only the last few are kept. */

import {versionsMax, type Version} from '../../core/control/change-orders.js';
import {readState, writeState} from '../../edge/state/state-folder.js';
import {SystemFailure} from '../../errors.js';

const fileName = 'configurations.json';

export type History = {
	/** Oldest first. Throws a SystemFailure when they cannot be read. */
	versions: () => readonly Version[];
	/** Adds one, unless it says what the newest says. Throws a SystemFailure when it cannot be written. */
	add: (version: Omit<Version, 'version'>) => void;
};

/** Of this node of this farm: another's versions in the same folder are not touched, and none are added to them. */
export function openHistory(stateDir: string, owner: {readonly farm: string; readonly node: string}): History {
	const versions = (): readonly Version[] => {
		const text = readState(stateDir, fileName);
		const found = text === undefined ? {...owner, versions: []} : parse(text);
		if (found === undefined) {
			throw new SystemFailure(`'${stateDir}/${fileName}' is not what farmctl wrote`, {hint: 'remove it: farmctl begins a new one'});
		}

		if (found.farm !== owner.farm || found.node !== owner.node) {
			throw new SystemFailure(`'${stateDir}' remembers node ${found.node} of farm ${found.farm}`, {hint: `give the daemon of ${owner.node} a folder of its own: farmctl run --state-dir DIR`});
		}

		return found.versions;
	};

	return {
		versions,
		add(version) {
			const before = versions();
			const newest = before.at(-1);
			if (newest?.text === version.text) {
				return;
			}

			const all = [...before, {version: (newest?.version ?? 0) + 1, ...version}].slice(-versionsMax);
			writeState(stateDir, fileName, `${JSON.stringify({...owner, versions: all}, undefined, '\t')}\n`);
		},
	};
}

type File = {readonly farm: string; readonly node: string; readonly versions: readonly Version[]};

function parse(text: string): File | undefined {
	try {
		const file = JSON.parse(text) as File;
		const isWhole = typeof file.farm === 'string' && typeof file.node === 'string' && Array.isArray(file.versions)
			&& file.versions.every(({version, at, who, fingerprint, text: one}) => Number.isSafeInteger(version) && [at, who, fingerprint, one].every(word => typeof word === 'string'));
		return isWhole ? file : undefined;
	} catch {
		return undefined;
	}
}
