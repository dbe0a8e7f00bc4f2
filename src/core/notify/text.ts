/** A message for people, and the same for programs. */

import {noticesListedMax, type Message, type Notice} from './notices.js';

export type Sender = {readonly farm: string; readonly node: string};

/** One line: `web: web1: web2 is dead (and 3 more)`. */
export function subjectOf({notices, more, level}: Pick<Message, 'notices' | 'more' | 'level'>, {farm, node}: Sender): string {
	const first = notices.find(notice => notice.level === level) ?? notices[0];
	const others = notices.length + more - 1;
	return `${farm}: ${node}: ${oneLine(first?.message ?? '')}${others > 0 ? ` (and ${others} more)` : ''}`;
}

const subjectCharactersMax = 150;
const oneLine = (text: string): string => text.replaceAll(/\s+/gu, ' ').slice(0, subjectCharactersMax);

/** A line an event, oldest first. */
export function bodyOf({notices, more, sequence}: Message, {farm, node}: Sender): string {
	return [
		...notices.map(notice => lineOf(notice)),
		...(more > 0 ? [`and ${more} more: farmctl events --since ${notices[0]?.at ?? '1h'}`] : []),
		'',
		`Message ${sequence} of node ${node}, farm ${farm}. What it sees of the farm: farmctl status`,
	].join('\n');
}

const lineOf = ({at, level, name, message}: Notice): string => `${at} ${level} ${name}: ${message}`;

/** What a webhook is sent, as JSON. `text` is what chat programs show. */
export const webhookBody = (message: Message, sender: Sender) => ({
	schema: 'farmctl/notice/1',
	...sender,
	sequence: message.sequence,
	level: message.level,
	text: `${subjectOf(message, sender)}\n${bodyOf(message, sender)}`,
	events: message.notices.slice(0, noticesListedMax),
	more: message.more,
});
