/**
The ruleset as text in nft's own language: what `farmctl rules install --dry-run` and `farmctl rules show` print, and what `nft -c -f -` accepts.
With the back end iptables, what iptables-restore and ip6tables-restore accept follows.

nft's language cannot say one thing that the rules do: mend the ICMPv6 checksum after a link-layer option has been overwritten. A comment says so.
*/

import {fieldPlaces} from './fields.js';
import {installText} from './iptables/restore-text.js';
import type {Chain, FieldName, FilterRule, KeyPart, NamedSet, Ruleset, SetKey, Statement, Table} from './model.js';
import {renderKey, renderStates, renderValue, renderVerdict} from './render-value.js';
import {l4protocols} from './values.js';

/** A map's or set's key as nft declares it. A slot is a plain number, which nft only knows as the type of an expression. */
const keyDeclarations: Readonly<Record<SetKey, string>> = {
	ipv4_addr: 'type ipv4_addr',
	ipv6_addr: 'type ipv6_addr',
	slot: 'typeof numgen inc mod 2520',
	nf_proto: 'type nf_proto',
};

const baseLetters = {link: 'll', network: 'nh', transport: 'th'} as const;

const indent = (lines: readonly string[]): string[] => lines.map(line => line === '' ? '' : `\t${line}`);

/** Text that ends with a newline; empty for a ruleset without tables. Those of iptables come last, as text for iptables-restore. */
export const renderRuleset = ({tables}: Ruleset): string => [
	...tables.filter(({family}) => family !== 'ip' && family !== 'ip6').map(table => renderTable(table)),
	...(['ip', 'ip6'] as const).map(family => renderIptables(family, tables)),
].filter(lines => lines.length > 0).map(lines => `${lines.join('\n')}\n`).join('\n');

function renderIptables(family: 'ip' | 'ip6', tables: readonly Table[]): string[] {
	const ours = tables.filter(table => table.family === family);
	return ours.length === 0 ? [] : [`# ${family}tables-restore --noflush`, ...ours.flatMap(table => installText(table, [], '', {chains: new Map(), jumps: 0}).trimEnd().split('\n'))];
}

function renderTable(table: Table): string[] {
	const blocks = [
		...table.counters.map(counter => [`counter ${counter} {`, '}']),
		...table.sets.map(set => renderSet(set)),
		...table.chains.map(chain => renderChain(chain)),
	];
	return [`table ${table.family} ${table.name} {`, ...blocks.flatMap((block, index) => [...index === 0 ? [] : [''], ...indent(block)]), '}'];
}

/** The lines of one set or map. */
export function renderSet(set: NamedSet): string[] {
	const verdict = set.isMap ? ' : verdict' : '';
	return [
		`${set.isMap ? 'map' : 'set'} ${set.name} {`,
		...indent([
			`${keyDeclarations[set.key]}${verdict}`,
			...set.hasTimeout ? ['flags timeout'] : [],
			...set.size === undefined ? [] : [`size ${set.size}`],
			...renderElements(set),
		]),
		'}',
	];
}

function renderElements({elements, key}: NamedSet): string[] {
	if (elements === 'live' || elements.length === 0) {
		return [];
	}

	const texts = elements.map(element => `${renderKey(key, element.key)}${element.verdict === undefined ? '' : ` : ${renderVerdict(element.verdict)}`}`);
	return [`elements = { ${texts.join(', ')} }`];
}

/** The lines of one chain. */
export function renderChain({name, hook, rules}: Chain): string[] {
	const device = hook?.device === undefined ? '' : ` device "${hook.device}"`;
	const type = hook === undefined ? [] : [`type filter hook ${hook.hook}${device} priority ${hook.priority}; policy accept;`];
	return [`chain ${name} {`, ...indent([...type, ...rules.flatMap(rule => [...checksumNote(rule), renderRule(rule)])]), '}'];
}

const checksumNote = (rule: FilterRule): string[] => rule.some(statement => statement.kind === 'write' && statement.field === 'nd address')
	? ['# farmctl lets the kernel mend the checksum too']
	: [];

/** One rule on one line. */
export function renderRule(rule: FilterRule): string {
	const protocol = rule.find(statement => statement.kind === 'match' && statement.field === 'meta l4proto');
	const protocolNumber = protocol?.kind === 'match' ? protocol.value[0] : undefined;
	return rule.map(statement => renderStatement(statement, protocolNumber)).join(' ');
}

function renderStatement(statement: Statement, protocol: number | undefined): string {
	switch (statement.kind) {
		case 'match': {
			return renderMatch(statement, protocol);
		}

		case 'range': {
			return `${renderField(statement.field, protocol)} ${renderValue(statement.field, statement.from)}-${renderValue(statement.field, statement.to)}`;
		}

		case 'member': {
			return `${renderField(statement.field, protocol)} ${statement.is === 'absent' ? '!= ' : ''}@${statement.set}`;
		}

		case 'dispatch': {
			return `${renderField(statement.field, protocol)} vmap @${statement.map}`;
		}

		case 'hash': {
			const key = statement.key.map(part => renderKeyPart(part)).join(' . ');
			return `jhash ${key} mod ${statement.modulus} seed 0x${statement.seed.toString(16)} ${statement.into === 'map' ? 'vmap ' : ''}@${statement.name}`;
		}

		case 'write': {
			return `${renderField(statement.field, protocol)} set ${renderValue(statement.field, statement.value)}`;
		}

		case 'count': {
			return `counter name "${statement.counter}"`;
		}

		case 'verdict': {
			return renderVerdict(statement.verdict);
		}

		case 'iptables': {
			return statement.text;
		}

		case 'unknown': {
			return `[ ${statement.text} ]`;
		}

		default: {
			return statement satisfies never;
		}
	}
}

function renderMatch({field, mask, is, value}: Statement & {readonly kind: 'match'}, protocol: number | undefined): string {
	if (field === 'ct state' && mask !== undefined) {
		return `ct state ${is === 'equal' ? '!= ' : ''}${renderStates(mask)}`;
	}

	const name = renderField(field, protocol);
	const text = renderValue(field, value);
	if (mask !== undefined) {
		return `${name} & (${renderValue(field, mask)}) ${is === 'equal' ? '==' : '!='} ${text}`;
	}

	return `${name} ${is === 'equal' ? '' : '!= '}${text}`;
}

const renderKeyPart = ({field, mask}: KeyPart): string => mask === undefined ? field : `${field} & ${renderValue(field, mask)}`;

/** What nft calls the field, given the protocol that the rule has matched. */
function renderField(field: FieldName, protocol: number | undefined): string {
	const place = fieldPlaces[field];
	if (field.startsWith('nd ') && place.load === 'payload') {
		return `@${baseLetters[place.base]},${place.offset * 8},${place.length * 8}`;
	}

	if (field === 'icmp type') {
		return protocol === l4protocols.icmpv6 ? 'icmpv6 type' : field;
	}

	if (field.startsWith('th ')) {
		const name = protocol === l4protocols.tcp ? 'tcp' : (protocol === l4protocols.udp ? 'udp' : 'th');
		return `${name}${field.slice('th'.length)}`;
	}

	return field.endsWith('ifname') ? field.replace('meta ', '') : field;
}
