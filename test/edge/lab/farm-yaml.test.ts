import test from 'ava';
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
