/** What the verbs that manage nodes share: which nodes, how an order is given to each, how it is waited for and told. */

import process from 'node:process';
import {Args} from '@oclif/core';
import {boolean, string} from '@oclif/core/flags';
import type {NodeReport} from '../../core/control/node-orders.js';
import {durationExpected, parseDuration} from '../../core/config/duration.js';
import type {Status} from '../../core/status/status.js';
import {UsageFailure} from '../../errors.js';
import {farmFlags, FarmCommand, jsonFlag} from '../farm-command.js';
import {readStatus} from '../status/read-status.js';
import {askNode, operatorName} from './ask-node.js';
import {failed, outcomeOf, statusOf, type Outcome} from './outcome.js';
import {targetsOf} from './targets.js';
import {createBarTeller, createLineTeller, type Teller} from './teller.js';
import {untilReached, type Left, type Wish} from './until.js';

export const nodeFlags = {
	...jsonFlag,
	all: boolean({description: 'every node of the farm'}),
};

/** Any number of them, so a verb that has it is not strict. */
export const nodesArgument = Args.string({name: 'NODE', ignoreStdin: true, description: 'a node to manage, for each word; as --node'});

export const forceFlag = {
	force: boolean({description: 'also the last node that serves: clients then find nobody'}),
};

export type NodeFlags = {readonly 'run-dir': string; readonly node: readonly string[] | undefined; readonly all: boolean; readonly json: boolean};

/** What is asked of each node, besides who asks. */
export type NodeOrder = {readonly verb: `node-${string}`; readonly [field: string]: unknown};

/** A verb that manages nodes; they are named by words, by --node, or by --all. */
export abstract class NodeCommand extends FarmCommand {
	static override baseFlags = {
		...farmFlags,
		// Never from the environment: that says who this node is, not whom to manage.
		node: string({
			multiple: true, multipleNonGreedy: true, helpValue: 'NAME', description: 'a node to manage, for each one (default: the one whose daemon is asked)', helpGroup: 'GLOBAL',
		}),
	} as unknown as typeof FarmCommand.baseFlags;

	protected async look(runDir: string): Promise<Status> {
		return readStatus(runDir);
	}

	protected targets(words: readonly string[], {node = [], all: isAll}: NodeFlags, status: Status): readonly string[] {
		return targetsOf({names: [...words, ...node], isAll}, status);
	}

	/** Gives the order to one node after the other: the second of two must know of the first before it judges whether it is the last. */
	protected async give(status: Status, flags: NodeFlags, names: readonly string[], order: NodeOrder): Promise<readonly Outcome[]> {
		const place = {runDir: flags['run-dir'], self: status.node};
		const outcomes: Outcome[] = [];
		for (const name of names) {
			// eslint-disable-next-line no-await-in-loop -- one after the other is the point
			outcomes.push(await outcomeOf(name, async () => askNode(place, name, {...order, by: operatorName()})));
		}

		return outcomes;
	}

	/** Waits until the nodes are as they shall be. On an interrupt it says how each of them stands, and what to type. */
	protected async wait(status: Status, flags: NodeFlags, begun: readonly Outcome[], {wish, left}: {readonly wish: Wish; readonly left: (report: NodeReport) => Left}): Promise<readonly Outcome[]> {
		const stopping = new AbortController();
		const teller = this.#teller(flags, begun.map(({node}) => node));
		const last = new Map<string, NodeReport>();
		const interrupt = (): void => {
			stopping.abort();
		};

		// Once: a second one ends the program at once.
		process.once('SIGINT', interrupt);
		const outcomes = await untilReached({
			place: {runDir: flags['run-dir'], self: status.node}, begun, wish, signal: stopping.signal,
			tell(report) {
				last.set(report.node, report);
				teller.tell(report);
			},
		});
		process.off('SIGINT', interrupt);
		teller.end();
		return outcomes.map((outcome, index) => outcome ?? this.#interrupted(last.get(begun[index]!.node)!, left));
	}

	/** Data: a JSON object or a line for each node. Failures are talk, too. Sets the exit status. */
	protected tellOutcomes(outcomes: readonly Outcome[], flags: NodeFlags, textOf: (report: NodeReport) => string, {isWaited = false} = {}): void {
		for (const outcome of outcomes) {
			if (this.#isJson(flags, isWaited)) {
				this.print(JSON.stringify({event: 'done', ...(outcome.ok ? {ok: true, ...outcome.report} : outcome)}));
			} else if (outcome.ok) {
				this.print(`${outcome.node}: ${textOf(outcome.report)}`);
				this.#tellWarning(outcome.report);
			}

			if (!outcome.ok) {
				this.say(`farmctl: ${outcome.node}: ${outcome.error.message}${outcome.error.hint === undefined ? '' : `\nhint: ${outcome.error.hint}`}`);
			}
		}

		this.end(statusOf(outcomes));
	}

	#tellWarning({warning}: NodeReport): void {
		if (warning !== undefined) {
			this.say(`warning: ${warning}`);
		}
	}

	#isJson({json}: NodeFlags, isWaited: boolean): boolean {
		return json || (isWaited && !process.stdout.isTTY);
	}

	#teller(flags: NodeFlags, names: readonly string[]): Teller {
		return this.#isJson(flags, true)
			? createLineTeller(line => {
				this.print(line);
			})
			: createBarTeller(process.stdout, names);
	}

	#interrupted(report: NodeReport, left: (report: NodeReport) => Left): Outcome {
		const {message, hint} = left(report);
		return failed(report, message, hint);
	}
}

/** Milliseconds of a flag's text. Throws a UsageFailure. */
export function durationOf(flag: string, text: string, msMax: number): number {
	const ms = parseDuration(text);
	if (ms === undefined || ms > msMax) {
		throw new UsageFailure(`${flag} '${text}' is no time up to ${msMax / 86_400_000} days`, {hint: `write ${durationExpected}`});
	}

	return ms;
}
