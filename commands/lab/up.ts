import {boolean, string} from '@oclif/core/flags';
import {LabCommand, labOptionsOf, shapeFlags} from '../../src/cli/lab-command.js';
import {bareAddress} from '../../src/core/lab/topology.js';
import {applicationIn, ownApplication} from '../../src/edge/lab/application.js';
import {bringUp} from '../../src/edge/lab/lab.js';

export default class LabUp extends LabCommand {
	static override summary = 'bring up a farm in network namespaces, with a client host and a LAN';
	static override description = `Needs no root: an ordinary user gets it inside a user namespace. Each node runs a daemon and a small web server that answers with the
node's name; with --service or --application the daemon itself starts what serves. The lab stays until farmctl lab down.`;

	static override examples = [
		'<%= config.bin %> lab up',
		'<%= config.bin %> lab up --nodes 5 --mode multicast --detection 100ms',
		'<%= config.bin %> lab up --service',
		'<%= config.bin %> lab exec client -- curl -s http://10.77.0.100/',
	];

	static override flags = {
		...shapeFlags,
		service: boolean({description: 'the daemons run the web servers as a service, with checks that restart them'}),
		application: string({helpValue: 'FILE', exclusive: ['service'], description: 'the daemons run what this file says, in the words of farmctl.conf(5), instead of the web servers'}),
	};

	async run(): Promise<void> {
		const {flags} = await this.parse(LabUp);
		const shape = labOptionsOf(flags);
		const application = flags.application === undefined ? undefined : applicationIn(flags.application);
		const {topology} = await bringUp({...shape, ...flags.service && {application: ownApplication(shape)}, ...application !== undefined && {application}});
		const names = topology.nodes.map(({name}) => name).join(', ');
		this.say(`the lab '${flags.name}' is up: ${names}, client; VIPs ${topology.vips.map(address => bareAddress(address)).join(' and ')}`);
	}
}
