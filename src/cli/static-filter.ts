/** The distribution rules of a farm without a daemon: what the verbs under `rules` do. */

import process from 'node:process';
import {option} from '@oclif/core/flags';
import {requestStatus} from '../edge/control/client.js';
import type {BackEnd, Farm} from '../core/model/farm.js';
import type {SlotTable} from '../core/membership/types.js';
import {describeDifferences, diffRulesets} from '../core/ruleset/diff.js';
import type {Ruleset} from '../core/ruleset/model.js';
import {openFilter} from '../edge/filter/open.js';
import {removeOtherBackEnd} from '../edge/filter/other-back-end.js';
import type {Filter} from '../edge/filter/port.js';
import {DaemonFailure, KernelFailure, SystemFailure} from '../errors.js';

/** The work's result with the farm's filter in the kernel, which is closed after it. What the kernel refuses for want of rights is a SystemFailure. */
export async function withFilter<T>(farm: Farm, work: (filter: Filter) => Promise<T>): Promise<T> {
	const filter = await openFilter({farm, tables: 'plain'});
	try {
		return await work(filter);
	} catch (error) {
		const lacksRights = error instanceof KernelFailure && error.errno === 'EPERM' && process.geteuid?.() !== 0;
		throw lacksRights ? new SystemFailure('only root may see or change the kernel\'s packet filter', {hint: 'try it with sudo', cause: error}) : error;
	} finally {
		filter.close();
	}
}

/** Rejects with a DaemonFailure while a daemon of this farm answers in the run directory: its rules are its own. */
export async function refuseBesideDaemon(farm: Farm, runDir: string): Promise<void> {
	const status = await requestStatus(runDir).catch(() => undefined);
	if (status?.farm === farm.name) {
		throw new DaemonFailure(`the daemon of farm '${farm.name}' runs here and keeps the rules itself`, {
			hint: 'see what it does with \'farmctl status\'; stop it before changing its rules by hand',
		});
	}
}

/**
Makes the kernel hold this ruleset, these slots and a lease without an end. Where the ruleset stands there already only slots and lease are renewed, so
that what is unchanged never drops a packet. Answers with the lines of what differed, none when nothing did.
*/
export async function installStatic(farm: Farm, filter: Filter, {ruleset, slots}: {readonly ruleset: Ruleset; readonly slots: SlotTable}): Promise<string[]> {
	await removeOtherBackEnd(farm, filter);
	const differences = diffRulesets(await filter.observe(), ruleset);
	if (differences.length > 0) {
		await filter.install(ruleset);
	}

	await filter.setSlots(slots);
	// A daemon that was killed may have left a lease that still runs out.
	await filter.closeLease();
	await filter.openLease(undefined);
	return describeDifferences(differences);
}

/** Takes the farm's rules away, those of an earlier back end too. */
export async function removeStatic(farm: Farm, filter: Filter): Promise<void> {
	await removeOtherBackEnd(farm, filter);
	await filter.remove();
}

/** For every verb under `rules`. */
export const backendFlag = {
	backend: option({options: ['nft', 'iptables'] as const})({description: 'what deals packets to nodes (default: that of the configuration)'}),
};

/** The farm with the back end of the flag, where that names one. */
export const withBackend = (farm: Farm, backend: BackEnd | undefined): Farm => backend === undefined ? farm : {...farm, backend};
