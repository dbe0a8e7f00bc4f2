/**
What an operator told this node and a reboot must not undo: whether it shall serve, and whether
its services shall run, and the weights that were set while it ran. It is one file of the state
folder, and it says of which node of which farm it is, so that two daemons that were given one folder do not take each other's word.
*/

import {weightMax} from '../core/model/group.js';
import {readState, writeState} from '../edge/state/state-folder.js';
import {SystemFailure} from '../errors.js';

const fileName = 'node.json';

export type Remembered = {
	readonly wanted: 'serve' | 'rest';
	/** Whether they run while the node rests. */
	readonly services: 'run' | 'stop';
	/** The life of the machine in which the node was started last; empty where it did not matter. */
	readonly boot: string;
	/** By the name of the group. What is not here is as configured. */
	readonly weights: Readonly<Record<string, number>>;
};

export type Owner = {readonly farm: string; readonly node: string};

/** Of a node that was told nothing. */
export const nothingTold: Remembered = {
	wanted: 'serve', services: 'run', boot: '', weights: {},
};

/** What the node remembers. Throws a SystemFailure where the file cannot be understood: a node must not serve because a file is broken. */
export function readRemembered(stateDir: string, owner: Owner): Remembered {
	const known = readFile(stateDir);
	if (known === undefined || !isOf(known, owner)) {
		return nothingTold;
	}

	const {wanted, services, boot, weights} = known;
	return {
		wanted, services, boot, weights,
	};
}

/** Throws a SystemFailure when it cannot be written, or the file is another node's. */
export function writeRemembered(stateDir: string, owner: Owner, {wanted, services, boot, weights}: Remembered): void {
	const known = readFile(stateDir);
	if (known !== undefined && !isOf(known, owner)) {
		throw new SystemFailure(`'${stateDir}' remembers node ${known.node} of farm ${known.farm}`, {hint: `give the daemon of ${owner.node} a folder of its own: farmctl run --state-dir DIR`});
	}

	writeState(stateDir, fileName, `${JSON.stringify({
		...owner, wanted, services, boot, weights,
	}, undefined, '\t')}\n`);
}

const isOf = ({farm, node}: Owner, owner: Owner): boolean => farm === owner.farm && node === owner.node;

function readFile(stateDir: string): (Owner & Remembered) | undefined {
	const text = readState(stateDir, fileName);
	const found = text === undefined ? undefined : parse(text);
	if (text !== undefined && found === undefined) {
		throw new SystemFailure(`'${stateDir}/${fileName}' is not what farmctl wrote`, {
			hint: 'it says whether an operator drained this node; remove it, and the node serves with the weights of its configuration',
		});
	}

	return found;
}

function parse(text: string): (Owner & Remembered) | undefined {
	try {
		// An earlier farmctl wrote neither of services nor of boot.
		const {farm, node, wanted, services = 'run', boot = '', weights} = JSON.parse(text) as Readonly<Record<string, unknown>>;
		const isWhole = typeof farm === 'string' && typeof node === 'string' && (wanted === 'serve' || wanted === 'rest') && (services === 'run' || services === 'stop')
			&& typeof boot === 'string' && isWeights(weights);
		return isWhole ? {
			farm, node, wanted, services, boot, weights,
		} : undefined;
	} catch {
		return undefined;
	}
}

const isWeights = (value: unknown): value is Readonly<Record<string, number>> => typeof value === 'object' && value !== null && !Array.isArray(value)
	&& Object.values(value).every(weight => Number.isSafeInteger(weight) && (weight as number) >= 0 && (weight as number) <= weightMax);
