/** The losses of a lab in its kernel: read from there and written there, never noted anywhere else. */

import type {ProgramCall} from '../../core/lab/network-commands.js';
import {parseLosses, renderLosses, type Loss} from '../../core/lab/losses.js';
import {SystemFailure} from '../../errors.js';
import {enter} from './place.js';
import type {Lab} from './players.js';
import {runProgram} from './run-program.js';

/** Losses in force. None where nft does not work: they could not have been made. */
export async function readLosses(lab: Lab): Promise<Loss[]> {
	try {
		return parseLosses(await runProgram(nft(lab, ['-j', 'list', 'ruleset', 'bridge'])));
	} catch (error) {
		if (error instanceof SystemFailure) {
			return [];
		}

		throw error;
	}
}

/** Adds one; the same with another share of the frames takes its place. Rejects with a SystemFailure where nft does not work. */
export async function addLoss(lab: Lab, loss: Loss): Promise<void> {
	const others = (await readLosses(lab)).filter(one => !(one.kind === loss.kind && one.node === loss.node && one.peer === loss.peer && one.network === loss.network));
	await write(lab, [...others, loss]);
}

/** Ends all that concern one of these nodes. */
export async function endLosses(lab: Lab, nodes: readonly string[]): Promise<void> {
	const losses = await readLosses(lab);
	const rest = losses.filter(({node, peer}) => !nodes.includes(node) && (peer === undefined || !nodes.includes(peer)));
	if (rest.length < losses.length) {
		await write(lab, rest);
	}
}

async function write(lab: Lab, losses: readonly Loss[]): Promise<void> {
	try {
		await runProgram({...nft(lab, ['-f', '-']), input: renderLosses(lab.topology, losses)});
	} catch (error) {
		throw error instanceof SystemFailure && error.hint === undefined
			? new SystemFailure(error.message, {cause: error, hint: 'this fault is a filter on the bridge and needs the program nft: sudo apt-get install nftables'})
			: error;
	}
}

const nft = ({place, topology}: Lab, words: readonly string[]): ProgramCall =>
	enter(place, {argv: ['ip', 'netns', 'exec', topology.lan.namespace, 'nft', ...words]});
