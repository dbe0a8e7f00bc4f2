/** What the verbs of `farmctl lab` share: the lab's name in place of the farm's flags, since a lab brings its own configuration. */

import {Args} from '@oclif/core';
import {integer, option, string} from '@oclif/core/flags';
import {
	detectionMsDefault, labNamePattern, networksCountDefault, networksCountMax, nodesCountDefault, nodesCountMax, nodesCountMin, type LabOptions,
} from '../core/lab/topology.js';
import type {BackEnd} from '../core/model/farm.js';
import {UsageFailure} from '../errors.js';
import {PlainCommand} from './farm-command.js';

const detectionMsMin = 30;
const detectionMsMax = 10_000;

/** The lab's name, with the verb's own default. */
export const nameFlagOf = (name: string) => ({
	name: string({
		default: name, helpValue: 'NAME', description: 'the lab; several can be up at once', parse: async text => checkName(text),
	}),
});

export const shapeFlags = {
	nodes: integer({
		default: nodesCountDefault, min: nodesCountMin, max: nodesCountMax, helpValue: 'N', description: `how many nodes, ${nodesCountMin} to ${nodesCountMax}`,
	}),
	networks: integer({
		default: networksCountDefault, min: 1, max: networksCountMax, helpValue: 'N', description: `how many networks carry heartbeats, 1 to ${networksCountMax}; the VIPs are in the first`,
	}),
	mode: option({options: ['unicast', 'multicast'] as const})({default: 'unicast', description: 'how packets for the VIP reach every node'}),
	backend: option({options: ['nft', 'iptables'] as const})({default: 'nft', description: 'what in the kernel deals packets to nodes'}),
	detection: string({default: `${detectionMsDefault}ms`, helpValue: 'TIME', description: 'after which silence a node is dead'}),
};

export const nodeArgument = Args.string({name: 'NODE', required: true, description: 'a node of the lab, such as web1'});

/** The options of a lab as its flags say. Throws a UsageFailure. */
export const labOptionsOf = (flags: {
	readonly name: string; readonly nodes: number; readonly networks: number; readonly mode: LabOptions['mode']; readonly backend: BackEnd; readonly detection: string;
}): LabOptions => ({
	name: flags.name, nodesCount: flags.nodes, networksCount: flags.networks, mode: flags.mode, backend: flags.backend, detectionMs: detectionOf(flags.detection),
});

export abstract class LabCommand extends PlainCommand {
	static override baseFlags = nameFlagOf('lab');
}

function checkName(name: string): string {
	if (!labNamePattern.test(name)) {
		throw new UsageFailure(`'${name}' cannot name a lab`, {hint: 'use up to 16 lower-case letters and digits, beginning with a letter'});
	}

	return name;
}

function detectionOf(text: string): number {
	const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s)$/.exec(text) ?? [];
	const ms = Math.round(Number(amount) * (unit === 's' ? 1000 : 1));
	if (amount === undefined || ms < detectionMsMin || ms > detectionMsMax) {
		throw new UsageFailure(`'${text}' is no detection time`, {hint: `write it as 300ms or 1s, from ${detectionMsMin}ms to ${detectionMsMax / 1000}s`});
	}

	return ms;
}
