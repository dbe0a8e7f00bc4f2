import test from 'ava';
import {cableCommand, networkCommands, pluggedPorts} from '../../../src/core/lab/network-commands.js';
import {
	bareAddress, labNamePattern, namespacePrefix, namespacesOf, networksCountMax, nodesCountMax, nodesCountMin, topologyOf, type LabOptions,
} from '../../../src/core/lab/topology.js';

const options = (changes: Partial<LabOptions> = {}): LabOptions => ({
	name: 'lab', nodesCount: 3, networksCount: 1, mode: 'unicast', detectionMs: 300, ...changes,
});

for (let nodesCount = nodesCountMin; nodesCount <= nodesCountMax; nodesCount++) {
	test(`every address of a lab of ${nodesCount} nodes is there once`, t => {
		const {nodes, client, vips} = topologyOf(options({nodesCount, networksCount: networksCountMax}));
		const addresses = [...vips, ...client.addresses, ...nodes.flatMap(node => node.addresses)].map(address => bareAddress(address));
		t.is(nodes.length, nodesCount);
		t.is(new Set(addresses).size, addresses.length);
	});
}

test('two labs share no namespace, also when one name begins with the other', t => {
	const [a, b] = ['web', 'web1'].map(name => namespacesOf(topologyOf(options({name}))).map(({namespace}) => namespace));
	t.true(a!.every(namespace => !namespace.startsWith(namespacePrefix('web1'))));
	t.true(b!.every(namespace => !namespace.startsWith(namespacePrefix('web'))));
});

test('every further network is a bridge of its own with a cable to each node, and none to the client', t => {
	const {nodes, client, lan} = topologyOf(options({networksCount: 2}));
	t.deepEqual(lan.bridges, ['br0', 'br1']);
	t.deepEqual(nodes.map(({cables}) => cables.map(({port, bridge}) => `${port} ${bridge}`)), [1, 2, 3].map(id => [`to-web${id} br0`, `to-web${id}-2 br1`]));
	t.deepEqual(nodes[0]!.addresses.map(address => bareAddress(address)), ['10.77.0.11', 'fd00:77::11', '10.78.0.11']);
	t.is(client.cables.length, 1);
});

for (const name of ['Lab', 'a-b', '1a', '', 'a/b', 'a'.repeat(17)]) {
	test(`'${name}' cannot name a lab`, t => {
		t.notRegex(name, labNamePattern);
	});
}

test('interface names fit the kernel\'s 15 characters', t => {
	const {nodes, client} = topologyOf(options({nodesCount: nodesCountMax, networksCount: networksCountMax}));
	t.true([...nodes, client].every(({cables}) => cables.every(({port}) => port.length <= 15)));
});

test('a namespace is made before anything is done in it', t => {
	const made = new Set<string>();
	const early: string[] = [];
	for (const {argv, input = ''} of networkCommands(topologyOf(options()))) {
		const isMaking = argv[1] === 'netns';
		const used = isMaking ? [] : [argv[2]!, ...Array.from(input.matchAll(/ netns (\S+)/g), ([, namespace]) => namespace!)];
		early.push(...used.filter(namespace => !made.has(namespace)));
		if (isMaking) {
			made.add(argv[3]!);
		}
	}

	t.deepEqual(early, []);
	t.is(made.size, 5);
});

test('a cable is pulled at the bridge\'s end', t => {
	const topology = topologyOf(options());
	t.deepEqual(cableCommand(topology, topology.nodes[1]!.cables[0], 'down').argv, ['ip', '-n', 'farmctl-lab-lan', 'link', 'set', 'to-web2', 'down']);
});

test('plugged ports are those that are up', t => {
	const json = JSON.stringify([{ifname: 'to-web1', flags: ['BROADCAST', 'UP']}, {ifname: 'to-web2', flags: ['BROADCAST']}, {}]);
	t.deepEqual(pluggedPorts(json), ['to-web1']);
	t.deepEqual(pluggedPorts(''), []);
});
