/** Short words for the statements that rules are made of, so that the construction of the ruleset reads like the rules it makes. */

import type {AddressFamily, PortRange} from '../model/farm.js';
import type {Bytes, CounterName, FieldName, Statement} from './model.js';
import {interfaceName, l4protocols, nfProtocols, u16} from './values.js';

export const isEqual = (field: FieldName, value: Bytes): Statement => ({kind: 'match', field, is: 'equal', value});

export const isDifferent = (field: FieldName, value: Bytes): Statement => ({kind: 'match', field, is: 'different', value});

export const write = (field: FieldName, value: Bytes): Statement => ({kind: 'write', field, value});

export const accept: Statement = {kind: 'verdict', verdict: {kind: 'accept'}};

export const drop: Statement = {kind: 'verdict', verdict: {kind: 'drop'}};

export const goTo = (chain: string): Statement => ({kind: 'verdict', verdict: {kind: 'goto', chain}});

export const count = (counter: CounterName): Statement => ({kind: 'count', counter});

export const isFamily = (family: AddressFamily): Statement => isEqual('meta nfproto', [nfProtocols[family]]);

export const isProtocol = (protocol: keyof typeof l4protocols): Statement => isEqual('meta l4proto', [l4protocols[protocol]]);

/** From this machine itself: only the kernel's own loopback delivers such a packet. */
export const isLocal: Statement = isEqual('meta iifname', interfaceName('lo'));

/** To another machine. */
export const isNotLocal: Statement = isDifferent('meta oifname', interfaceName('lo'));

export const arrivesElsewhere = (name: string): Statement => isDifferent('meta iifname', interfaceName(name));

export const leavesElsewhere = (name: string): Statement => isDifferent('meta oifname', interfaceName(name));

/** The ICMP of the family, of this type. */
export const isIcmp = (family: AddressFamily, type: number): Statement[] => [isProtocol(family === 4 ? 'icmp' : 'icmpv6'), isEqual('icmp type', [type])];

export const isPort = (field: 'th sport' | 'th dport', {from, to}: PortRange): Statement => from === to
	? isEqual(field, u16(from))
	: {kind: 'range', field, from: u16(from), to: u16(to)};
