/** What systemd says of a unit and does with it, by systemctl(1). */

import {runCommand, type CommandResult} from '../program/run.js';

/** systemd answers within milliseconds; where it does not, it is not there to be asked. */
const showTimeoutMs = 5000;

/** What is forced needs no more. */
const killTimeoutMs = 5000;

export type UnitState = {
	/** Such as `active`, `activating`, `failed`, `inactive`; see systemctl(1). */
	readonly active: string;
	/** Such as `running`, `exited`, `auto-restart`. */
	readonly sub: string;
	/** `loaded`, `not-found`, `masked` and others. */
	readonly load: string;
	/** How it ended the last time: `success`, `exit-code`, `signal`, `timeout` and others. */
	readonly result: string;
	/** 0 where it has none. */
	readonly mainPid: number;
};

/** The unit's state now, or why it is not known. `signal` aborted: it is not waited for. */
export async function showUnit(unit: string, signal?: AbortSignal): Promise<UnitState | {readonly problem: string}> {
	const properties = new Map<string, string>();
	const result = await runCommand(['systemctl', 'show', '--property=ActiveState,SubState,LoadState,Result,MainPID', unit], {
		timeoutMs: showTimeoutMs,
		...signal && {signal},
		line(line, stream) {
			const [, name, value] = stream === 'stdout' ? /^(\w+)=(.*)$/u.exec(line) ?? [] : [];
			if (name !== undefined) {
				properties.set(name, value ?? '');
			}
		},
	});
	const active = properties.get('ActiveState');
	if (!result.hasSucceeded || active === undefined) {
		return {problem: complaint(result)};
	}

	return {
		active, sub: properties.get('SubState') ?? '', load: properties.get('LoadState') ?? '', result: properties.get('Result') ?? '', mainPid: Number(properties.get('MainPID') ?? 0),
	};
}

/** Waits until it is done; a job that goes on when it is given up is taken back by the next one. */
export const tellUnit = async (verb: 'start' | 'stop', unit: string, options: {readonly timeoutMs: number; readonly signal?: AbortSignal}): Promise<CommandResult> =>
	runCommand(['systemctl', verb, unit], options);

export const killUnit = async (unit: string): Promise<CommandResult> => runCommand(['systemctl', 'kill', '--signal=SIGKILL', unit], {timeoutMs: killTimeoutMs});

/** What systemctl said, without its hints where to look. */
export function complaint({lines, reason}: CommandResult): string {
	const said = lines.filter(line => !/^(?:See|Hint|Use) /u.test(line));
	return said.length === 0 ? `systemctl ${reason}` : said.join(' ');
}

/** For people: `is failed (signal)`. */
export const describeUnit = ({active, sub, load, result}: UnitState): string => load === 'not-found'
	? 'is not found'
	: `is ${active}${sub === active || sub === '' ? '' : `, ${sub}`}${result === '' || result === 'success' ? '' : ` (${result})`}`;
