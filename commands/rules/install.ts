import {boolean, string} from '@oclif/core/flags';
import {FarmCommand} from '../../src/cli/farm-command.js';
import {backendFlag, installStatic, refuseBesideDaemon, withBackend, withFilter} from '../../src/cli/static-filter.js';
import type {Farm, FarmNode} from '../../src/core/model/farm.js';
import {countSlots, joinGroups, slotsCount, type SlotSet} from '../../src/core/model/slot-set.js';
import {desiredRuleset, ownAddresses} from '../../src/core/ruleset/desired.js';
import {renderRuleset} from '../../src/core/ruleset/render.js';
import {parseSlots, shareAmong, staticSlots} from '../../src/core/ruleset/static-slots.js';
import {loadIdentity} from '../../src/daemon/identity.js';
import {openRtnetlink} from '../../src/edge/link/rtnetlink.js';
import {UsageFailure} from '../../src/errors.js';

export default class RulesInstall extends FarmCommand {
	static override summary = 'put the distribution rules into the kernel, without a daemon';
	static override description = `For farms that are changed by hand or by scripts: this node accepts its share for ever, whatever happens to the others. When a node goes, run it
again on the rest with the nodes that are left after --alive. Does nothing that is done already; differences are told on stderr.`;

	static override examples = [
		'<%= config.bin %> rules install',
		'<%= config.bin %> rules install --alive web1 --alive web3',
		'<%= config.bin %> rules install --slots 0-1259',
		'<%= config.bin %> rules install --dry-run | nft -c -f -',
	];

	static override flags = {
		...backendFlag,
		'dry-run': boolean({description: 'print the rules to stdout, as text for nft and iptables-restore, and change nothing'}),
		slots: string({helpValue: 'all|none|LIST', description: 'the slots to accept in every group, such as 0-1259,2000 (default: the share of this node)', exclusive: ['alive']}),
		alive: string({helpValue: 'NODE', multiple: true, description: 'a node that serves, for each one (default: all that are configured)'}),
	};

	async run(): Promise<void> {
		const {flags} = await this.parse(RulesInstall);
		const link = openRtnetlink({runDir: flags['run-dir']});
		try {
			const {farm: configured, self} = await loadIdentity(flags.config, flags.node, link);
			const farm = withBackend(configured, flags.backend);
			const slots = chosenSlots(farm, self, flags);
			const ruleset = desiredRuleset(farm, ownAddresses(farm, await link.addresses()));
			if (flags['dry-run']) {
				this.print(renderRuleset(ruleset));
				return;
			}

			await refuseBesideDaemon(farm, flags['run-dir']);
			for (const line of await withFilter(farm, async filter => installStatic(farm, filter, {ruleset, slots: staticSlots(slots)}))) {
				this.say(line);
			}

			this.say(`[#] node ${self.name} accepts ${countSlots(slots)} of ${slotsCount * farm.groups.length} slots`);
		} finally {
			link.close();
		}
	}
}

function chosenSlots(farm: Farm, self: FarmNode, {slots, alive}: {readonly slots?: string | undefined; readonly alive?: readonly string[] | undefined}): SlotSet {
	if (slots !== undefined) {
		const parsed = parseSlots(slots);
		if (parsed === undefined) {
			throw new UsageFailure(`'${slots}' is no list of slots`, {hint: 'all, none, or numbers from 0 to 2519 and ranges: --slots 0-1259,2000'});
		}

		return joinGroups(farm.groups.map(() => parsed));
	}

	const share = shareAmong(farm, self, alive ?? farm.nodes.map(({name}) => name));
	if ('unknown' in share) {
		throw new UsageFailure(`farm '${farm.name}' has no node '${share.unknown.join('\', \'')}'`, {hint: `its nodes: ${farm.nodes.map(({name}) => name).join(', ')}`});
	}

	return share.slots;
}
