import {execFileSync} from 'node:child_process';
import process from 'node:process';
import test from 'ava';
import {parse} from 'yaml';
import {renderLabApplication} from '../../../src/core/lab/application-yaml.js';
import {renderLabConfig} from '../../../src/core/lab/farm-yaml.js';
import {
	finishMs, nodesCountMax, nodesCountMin, topologyOf,
} from '../../../src/core/lab/topology.js';
import type {VipMode} from '../../../src/core/model/farm.js';
import {parseText} from '../../../src/edge/config/parse-text.js';

for (const mode of ['unicast', 'multicast'] satisfies VipMode[]) {
	for (const nodesCount of [nodesCountMin, nodesCountMax]) {
		test(`the configuration of ${nodesCount} nodes in ${mode} mode is accepted, and says what the lab is`, t => {
			const topology = topologyOf({
				name: 'lab', nodesCount, networksCount: 2, mode, detectionMs: 200,
			});
			const result = parseText(renderLabConfig(topology, '/tmp/lab/farm.key'));
			const farm = 'farm' in result ? result.farm : undefined;
			t.deepEqual(farm?.nodes.map(({name}) => name), topology.nodes.map(({name}) => name), JSON.stringify(result));
			t.true(farm?.vips.every(vip => vip.mode === mode && vip.interface === 'eth0'));
			t.is(farm?.heartbeat.timing.detectionMs, 200);
			t.is(farm?.finishMs, finishMs);
		});
	}
}

test('what a lab says of its application stands after all else, and each word of the command is one', t => {
	const options = {name: 'lab', nodesCount: 2, networksCount: 1, mode: 'unicast', detectionMs: 200} as const;
	const {vips} = topologyOf(options);
	const text = renderLabConfig(topologyOf({...options, application: renderLabApplication(['/opt/a node', 'server\'s.js'], vips)}), '/tmp/lab/farm.key');
	t.true(text.startsWith(renderLabConfig(topologyOf(options), '/tmp/lab/farm.key')));
	t.true('farm' in parseText(text), JSON.stringify(parseText(text)));
	const {services} = parse(text) as {services: Array<{command: string[]}>};
	const [shell, option, line] = services[0]!.command;
	t.deepEqual([shell, option], ['/bin/sh', '-c']);
	const words = execFileSync('sh', ['-c', line!.replace('exec', String.raw`printf '%s\n'`)], {encoding: 'utf8', env: {...process.env, FARMCTL_NODE: 'web1'}});
	t.deepEqual(words.trim().split('\n'), ['/opt/a node', 'server\'s.js', 'web1', '10.77.0.100', 'fd00:77::100']);
});
