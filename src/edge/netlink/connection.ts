/**
One netlink socket: requests, dumps, atomic nftables batches and notifications.

The kernel carries a request out inside `sendmsg`; the promise only reads the verdict. When the connection `isReady`, `sendmsg` happens inside the
call: whoever needs "no later than" awaits `ready`, reads the clock, calls, and reads the clock again. Otherwise the socket still has another send to
account for, and this one waits for a turn of the event loop.
*/

// The whole package also knows wireless and WireGuard: some megabytes that no one here needs.
import {RawNetlinkSocket} from 'netlink/dist/raw.js';
import {KernelFailure} from '../../errors.js';
import {
	decodeMessages, encodeMessages, errnoOf, firstPort, flags, isDone, type NetlinkMessage, type NetlinkRequest,
} from './message.js';
import {endureOverruns, type LossCheck} from './overrun.js';

export const protocols = {route: 0, netfilter: 12} as const;

const socketBufferBytes = 4 * 1024 * 1024;

/** The kernel answers within microseconds; this long without a verdict means that it was lost. */
const verdictTimeoutMs = 5000;

/** A socket that was full holds more datagrams than that, so asking once in as many whether some were lost misses nothing. */
const datagramsPerLossCheck = 8;

type Pending = {
	readonly lastSequence: number;
	readonly messages: NetlinkMessage[];
	readonly errors: Array<{sequence: number; errno: string}>;
	readonly settle: (error?: Error) => void;
};

export type BatchOutcome = {
	/** One entry a refused message: its index in the batch and the errno's name. Empty when the whole batch was committed. */
	readonly errors: ReadonlyArray<{readonly index: number; readonly errno: string}>;
};

export type NetlinkHooks = {
	/** Called for every message that answers none of our requests. */
	readonly notice?: (message: NetlinkMessage) => void;
	/** Changes that came from this port are not told, nor even decoded: they are our own. */
	readonly ownPort?: number;
	/** Called when the kernel dropped notifications: whoever listens must look at everything again. */
	readonly lost?: () => void;
};

const closedError = (): Error => new Error('the netlink socket is closed');

export class NetlinkConnection {
	readonly #socket: RawNetlinkSocket;
	readonly #pending = new Map<number, Pending>();
	readonly #hooks: NetlinkHooks;
	readonly #protocol: number;
	#sequence = 1;
	/** Sends that the socket has not accounted for. */
	#unsentCount = 0;
	#isClosed = false;
	#isListening = false;
	#heardCount = 0;
	#hasLost: LossCheck | undefined;
	/** Settles when no dump is under way: the kernel refuses a second one on the same socket with EBUSY. */
	#dumps: Promise<unknown> = Promise.resolve();

	constructor(protocol: number, hooks: NetlinkHooks = {}) {
		this.#protocol = protocol;
		this.#hooks = hooks;
		this.#socket = new RawNetlinkSocket(protocol, {recvBufferSize: socketBufferBytes, sendBufferSize: socketBufferBytes});
		this.#socket.unref();
		this.#socket.on('message', bytes => {
			this.#countLosses();
			if (hooks.ownPort !== undefined && firstPort(bytes) === hooks.ownPort) {
				return;
			}

			for (const message of decodeMessages(bytes)) {
				this.#take(message);
			}
		});
		this.#socket.on('error', error => {
			if (error.code === 'ENOBUFS') {
				this.#hooks.lost?.();
			}
		});
	}

	/** What the kernel calls this socket in the notices of its changes. */
	get port(): number {
		return this.#socket.address().port;
	}

	/** Joins a multicast group; its messages reach `notice`. Best on a connection that asks nothing: there every message is a notice. */
	subscribe(group: number): void {
		this.#socket.addMembership(group);
		if (this.#isListening) {
			return;
		}

		this.#isListening = true;
		void this.#endure();
	}

	/** Leaves the group: where nobody is in it, the kernel does not even make its messages. */
	unsubscribe(group: number): void {
		this.#socket.dropMembership(group);
	}

	/** One request; resolves with the messages it was answered with, rejects with a KernelFailure. Dumps wait for one another. */
	async request(request: NetlinkRequest, what: string): Promise<NetlinkMessage[]> {
		const isDump = ((request.flags ?? 0) & flags.dump) === flags.dump;
		if (!isDump) {
			return this.#ask(request, what, false);
		}

		const asked = this.#dumps.then(async () => this.#ask(request, what, true));
		this.#dumps = asked.catch(() => undefined);
		return asked;
	}

	async #ask(request: NetlinkRequest, what: string, isDump: boolean): Promise<NetlinkMessage[]> {
		const sequence = this.#start();
		const bytes = encodeMessages([{...request, flags: (request.flags ?? 0) | (isDump ? 0 : flags.ack)}], sequence);
		const {messages, errors} = await this.#exchange(bytes, sequence, sequence);
		if (errors[0] !== undefined) {
			const {errno} = errors[0];
			throw new KernelFailure(`the kernel refused to ${what}: ${errno}`, {errno, ...errno === 'EPERM' && {hint: 'root is needed: try it with sudo'}});
		}

		return messages;
	}

	/** Several messages in one transaction of their subsystem, all or none. `begin` and `end` frame it; the messages keep their order. */
	async batch(requests: readonly NetlinkRequest[], frame: {readonly begin: NetlinkRequest; readonly end: NetlinkRequest}): Promise<BatchOutcome> {
		const first = this.#start();
		const last = first + requests.length;
		const asked = requests.at(-1);
		const messages = asked === undefined ? [frame.begin, frame.end] : [frame.begin, ...requests.slice(0, -1), {...asked, flags: (asked.flags ?? 0) | flags.ack}, frame.end];
		this.#sequence += messages.length - 1;
		const {errors} = await this.#exchange(encodeMessages(messages, first), first, last);
		return {errors: errors.map(({sequence, errno}) => ({index: sequence - first - 1, errno}))};
	}

	/** Whether the next request reaches the kernel inside the call that makes it. */
	get isReady(): boolean {
		return this.#unsentCount === 0;
	}

	/** Resolves when the connection is ready; still ask `isReady` then, for another may have been faster. */
	async ready(): Promise<void> {
		while (!this.isReady && !this.#isClosed) {
			// eslint-disable-next-line no-await-in-loop -- the socket accounts for a send in a turn of the event loop or two
			await new Promise(resolve => {
				setImmediate(resolve);
			});
		}
	}

	/** Whatever is under way rejects, and whatever is asked for later. */
	close(): void {
		if (this.#isClosed) {
			return;
		}

		this.#isClosed = true;
		for (const pending of new Set(this.#pending.values())) {
			pending.settle(closedError());
		}

		this.#socket.close();
	}

	async #endure(): Promise<void> {
		const {port} = this;
		this.#hasLost = await endureOverruns({protocol: this.#protocol, port});
	}

	#countLosses(): void {
		if (this.#hasLost !== undefined && ++this.#heardCount % datagramsPerLossCheck === 0 && this.#hasLost()) {
			this.#hooks.lost?.();
		}
	}

	#next(): number {
		return ++this.#sequence;
	}

	/** Starts over long before the 32 bits are used up, so that one exchange is always a run of ascending numbers. */
	#start(): number {
		if (this.#sequence > 0x70_00_00_00 && this.#pending.size === 0) {
			this.#sequence = 0;
		}

		return this.#next();
	}

	async #exchange(bytes: Buffer, firstSequence: number, lastSequence: number): Promise<Pending> {
		if (this.#isClosed) {
			throw closedError();
		}

		return new Promise((resolve, reject) => {
			const settle = (error?: Error): void => {
				clearTimeout(timer);
				for (let sequence = firstSequence; sequence <= lastSequence; sequence++) {
					this.#pending.delete(sequence);
				}

				if (error === undefined) {
					resolve(pending);
				} else {
					reject(error);
				}
			};

			const pending: Pending = {lastSequence, messages: [], errors: [], settle};
			// It also keeps the process alive until the verdict, which the socket does not.
			const timer = setTimeout(() => {
				settle(new KernelFailure('the kernel gave no verdict on a netlink request', {errno: 'ETIMEDOUT'}));
			}, verdictTimeoutMs);
			for (let sequence = firstSequence; sequence <= lastSequence; sequence++) {
				this.#pending.set(sequence, pending);
			}

			this.#unsentCount++;
			this.#socket.send(bytes, {}, error => {
				// The socket is still inside its own turn: only after it does a send go straight to the kernel.
				setImmediate(() => {
					this.#unsentCount--;
				});
				if (error) {
					settle(new KernelFailure(`cannot send to the kernel: ${error.code}`, {errno: error.code, cause: error}));
				}
			});
		});
	}

	#take(message: NetlinkMessage): void {
		const pending = message.sequence === 0 ? undefined : this.#pending.get(message.sequence);
		if (pending === undefined) {
			if (errnoOf(message) === undefined) {
				this.#hooks.notice?.(message);
			}

			return;
		}

		const errno = errnoOf(message);
		if (errno === undefined) {
			if (isDone(message)) {
				pending.settle();
			} else {
				pending.messages.push(message);
			}

			return;
		}

		if (errno !== '') {
			pending.errors.push({sequence: message.sequence, errno});
		}

		// An error on the frame itself refuses the whole batch, and nothing else will be said about it.
		const refusesAll = errno !== '' && pending.lastSequence !== message.sequence && this.#isFirst(message.sequence);
		if (message.sequence === pending.lastSequence || refusesAll) {
			pending.settle();
		}
	}

	/** Whether the sequence is the first of its exchange. */
	#isFirst(sequence: number): boolean {
		return this.#pending.get(sequence - 1) !== this.#pending.get(sequence);
	}
}
