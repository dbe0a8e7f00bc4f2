/**
The only place that wires the daemon's real parts together.

Order at the start: the control socket (it proves that no other daemon runs), the filter that drops everything, then the address, then heartbeats.
Order at the end: the address, then the filter. So no packet for a VIP ever meets a machine without the filter. What fails on the way is undone. What an
earlier daemon left in the filter is taken over as retained.
*/

import {prepareOwners} from '../core/assignment/owners.js';
import {desiredRuleset, ownAddresses} from '../core/ruleset/desired.js';
import type {OwnAddresses} from '../core/ruleset/model.js';
import type {Farm} from '../core/model/farm.js';
import type {SlotSet} from '../core/model/slot-set.js';
import {createCensusApart} from '../edge/census/apart.js';
import {systemClock} from '../edge/clock/clock.js';
import {loadKey} from '../edge/config/load-key.js';
import {openControlServer} from '../edge/control/server.js';
import {openUdp} from '../edge/datagram/udp.js';
import {openFilter} from '../edge/filter/open.js';
import {removeOtherBackEnd} from '../edge/filter/other-back-end.js';
import type {Filter} from '../edge/filter/port.js';
import {openRtnetlink} from '../edge/link/rtnetlink.js';
import type {Link} from '../edge/link/port.js';
import type {Log} from '../edge/log/log.js';
import {openPinger} from '../edge/ping/pinger.js';
import {createSealer} from '../edge/seal/seal.js';
import {Daemon} from './daemon.js';
import {keepEvents} from './event-keeping.js';
import {loadIdentity} from './identity.js';
import {inheritedSlots} from './inheritance.js';
import {watchLinks} from './links.js';
import {createMachine} from './live/machine.js';
import {followProbe} from './live/probe.js';
import {openSockets} from './live/sockets.js';
import {standingOf} from './live/standing.js';
import {followWitnesses} from './live/witnesses.js';
import {nextIncarnation} from './incarnation.js';
import {membershipConfig} from './membership-config.js';
import {createJournal, recordFailedUndo, type Journal} from './journal.js';
import {createNotifying} from './notify/notifying.js';
import {practise} from './practise.js';
import {probeReport} from './probe-report.js';
import {raisePriority} from './priority.js';
import {startRepair} from './repair/repair.js';
import {createUndo, type Undo} from './undo.js';
import {bringUpVips} from './vips.js';

export type DaemonOptions = {
	readonly configPath: string;
	/** `undefined`: the node whose address this machine has. */
	readonly nodeName: string | undefined;
	readonly runDir: string;
	/** What outlives a reboot. */
	readonly stateDir: string;
	readonly version: string;
	readonly log: Log;
	/** Whether nobody else may change the tables, where the kernel knows how; `plain` as on kernels before 6.9, where repair is all there is. */
	readonly tables?: 'owned' | 'plain';
};

/** Starts a daemon. Rejects with the failure of the part that could not be had, and has undone the others. */
export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
	raisePriority();
	const journal = createJournal(options.log, systemClock);
	const undo = createUndo();
	try {
		return await start(options, journal, undo);
	} catch (error) {
		await undo.run((what, cause) => {
			recordFailedUndo(journal, what, cause);
		});
		throw error;
	}
}

async function start({configPath, nodeName, runDir, stateDir, version, tables = 'owned'}: DaemonOptions, journal: Journal, undo: Undo): Promise<Daemon> {
	const link = openRtnetlink({runDir});
	undo.push('close the rtnetlink socket', () => {
		link.close();
	});
	const {farm, self} = await loadIdentity(configPath, nodeName, link);
	const keeping = keepEvents(journal, {stateDir, owner: {farm: farm.name, node: self.name}, now: systemClock.now});
	undo.push('write the last events', keeping.close);
	const notifying = createNotifying({journal, stateDir, node: self.name});
	const sealer = createSealer({keys: await loadKey(farm.keyFile), farm: farm.name, self: self.id});
	const daemon = new Daemon({
		farm, self, sealer, journal, keeping, notifying, version, clock: systemClock, runDir, stateDir, configPath, undo,
	});
	const server = await openControlServer(runDir, daemon.verbs);
	undo.push('close the control socket', () => {
		server.close();
	});
	// Before the first heartbeat, so that no peer waits for it; for all ids, as a reload may bring any.
	prepareOwners();
	practise(membershipConfig(farm, self.id, version));
	const {filter, own, retained} = await installFilter(farm, link, {undo, tables});
	const advertising = await bringUpVips({farm, current: () => daemon.farm(), link, journal, undo});
	const port = await openSockets(farm, {
		selfId: self.id,
		link,
		open: openUdp,
		onDatagram: daemon.receive,
		refused(reason) {
			journal.record({
				level: 'warning', name: 'heartbeat-refused', message: `the system refuses to send heartbeats: ${reason}; see the routes and the firewall's output rules`, fields: {reason},
			});
		},
	});
	undo.push('close the heartbeat sockets', () => {
		port.close();
	});
	const census = createCensusApart();
	undo.push('end the census', () => {
		census.close();
	});
	const {loop, queue, hindrance} = daemon.begin({
		filter, census, port, retained, incarnation: nextIncarnation(runDir, systemClock),
	});
	undo.push('stop watching the interfaces', await watchLinks({
		farm: () => daemon.farm(),
		link,
		told: hindrance(),
		failed(error) {
			journal.record({level: 'error', name: 'links-unknown', message: `cannot look at the interfaces: ${String(error)}`});
		},
	}));
	const witnesses = await followWitnesses(farm, {
		detectionMs: () => loop.state().config.timing.detectionMs,
		openPinger,
		clock: systemClock,
		record: journal.record,
		answered(sentAt) {
			loop.submit({kind: 'witness', sentAt});
		},
	});
	undo.push('stop pinging the witnesses', witnesses.stop);
	const probe = await followProbe(farm, {
		open: async parts => (await import('../edge/probe/apart.js')).openProbe(parts),
		report: () => probeReport({
			farm, self, state: loop.state(), now: systemClock.now(),
		}),
		record: journal.record,
	});
	undo.push('close the probe endpoint', probe.stop);
	const machine = createMachine(standingOf(farm), own, () => ({
		filter, link, record: journal.record, exclusively: queue.exclusively, repairing, followers: [port, witnesses, advertising, probe],
		leaseRestMs() {
			const {endAt, confirmedAt} = loop.state().lease;
			return endAt === undefined || confirmedAt === undefined ? undefined : confirmedAt - systemClock.now();
		},
	}));
	daemon.attach(machine, link);
	const repairing = startRepair({
		standing: machine.standing, filter, link, clock: systemClock, record: journal.record, exclusively: queue.exclusively, hinder: hindrance(), returned: advertising.again,
		kernelLost(what) {
			loop.submit({kind: 'kernel-lost', what});
		},
	}, own);
	undo.push('stop repairing', repairing.stop);
	// Last: a start that fails leaves no thread behind.
	notifying.configured(farm);
	return daemon;
}

type FilterOptions = {readonly undo: Undo; readonly tables: 'owned' | 'plain'};

type Installed = {readonly filter: Filter; readonly own: OwnAddresses; readonly retained: SlotSet};

async function installFilter(farm: Farm, link: Link, {undo, tables}: FilterOptions): Promise<Installed> {
	const filter = await openFilter({farm, tables});
	undo.push('close the nftables socket', () => {
		filter.close();
	});
	const own = ownAddresses(farm, await link.addresses());
	const ruleset = desiredRuleset(farm, own);
	const retained = await inheritedSlots(filter, ruleset, farm.groups.length);
	await removeOtherBackEnd(farm, filter);
	await filter.install(ruleset, retained);
	undo.push('remove the filter', async () => filter.remove(), {stays: true});
	return {filter, own, retained};
}
