/** What a client says on the wire and what it expects to hear. */

import type {Vip} from '../../../src/core/model/farm.js';
import {tcp, tcpFrame, type Frame} from './frame.js';
import type {Client, Machine} from './machine.js';

const firstSequence = 1000;

/** One client's TCP connection, spoken by hand. */
export class Conversation {
	readonly #machine: Machine;
	readonly #client: Client;
	readonly #port: number;
	readonly #vip: Vip | undefined;
	#sequence = firstSequence;
	#acknowledge = 0;

	constructor(machine: Machine, client: Client, port: number, vip?: Vip) {
		this.#machine = machine;
		this.#client = client;
		this.#port = port;
		this.#vip = vip;
	}

	/** Sends a SYN. */
	knock(): void {
		this.#send(tcp.syn);
	}

	isAnswer(flags: number, frame: Frame): boolean {
		const {address, port} = this.#client;
		return frame.target === address && frame.tcp?.targetPort === port && frame.tcp.sourcePort === this.#port && (frame.tcp.flags & flags) === flags;
	}

	/** Whether anything at all has come for this client on this port. */
	hasAnswer(): boolean {
		return this.#machine.wire.seen.some(frame => this.isAnswer(0, frame));
	}

	/** The three steps of a connection; throws when the machine does not answer. */
	async open(): Promise<void> {
		this.knock();
		const answer = await this.#machine.wire.receive(frame => this.isAnswer(tcp.syn + tcp.ack, frame), 'SYN ACK');
		this.#sequence += 1;
		this.#acknowledge = answer.tcp!.sequence + 1;
		this.#send(tcp.ack);
	}

	/** Ends the connection at once. */
	reset(): void {
		this.#send(tcp.reset);
	}

	/** Sends data on. */
	say(text: string): void {
		this.#send(tcp.ack + tcp.push, Buffer.from(text));
		this.#sequence += text.length;
	}

	/** Throws when the server does not send this text back. */
	async hearsBack(text: string): Promise<void> {
		const answer = await this.#machine.wire.receive(frame => this.isAnswer(tcp.ack, frame) && frame.tcp!.data.toString().includes(text), `'${text}'`);
		this.#acknowledge = answer.tcp!.sequence + answer.tcp!.data.length;
		this.#send(tcp.ack);
	}

	/** The frame that says once more what has been received. */
	acknowledgement(): Uint8Array {
		return this.#frame(tcp.ack);
	}

	#send(flags: number, data?: Uint8Array): void {
		this.#machine.wire.send(this.#frame(flags, data));
	}

	#frame(flags: number, data?: Uint8Array): Uint8Array {
		return tcpFrame(this.#machine.endsOf(this.#client, this.#vip), {
			sourcePort: this.#client.port, targetPort: this.#port, sequence: this.#sequence, acknowledge: this.#acknowledge, flags, ...data && {data},
		});
	}
}
