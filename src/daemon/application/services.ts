/** Carries out what the application's life orders of its services, and tells what came of it: each order is answered once, by its run. */

import type {ServiceOutcome} from '../../core/application/types.js';
import type {Service} from '../../core/model/application.js';
import type {FarmEvent} from '../../core/model/event.js';
import type {ServiceControl, ServiceParts} from '../../edge/services/port.js';

export type ServicesParts = {
	readonly create: (service: Service, parts: Pick<ServiceParts, 'died' | 'line'>) => ServiceControl;
	readonly tell: (input: {readonly kind: 'service'; readonly name: string; readonly run: number; readonly outcome: ServiceOutcome; readonly detail: string}) => void;
	readonly record: (event: FarmEvent) => void;
	readonly line: (service: string, line: string) => void;
};

export type Services = {
	/** The names of those that run already; their run is 0. */
	readonly adopt: (services: readonly Service[]) => Promise<string[]>;
	readonly perform: (order: {readonly verb: 'start' | 'stop' | 'kill'; readonly service: Service; readonly run: number}) => void;
	/** Of its main process, or why there is none. */
	readonly pid: (name: string) => number | string;
	/** Whatever of them lives on without a daemon is left as it is. */
	readonly leave: () => Promise<void>;
	readonly kill: () => Promise<void>;
};

type Item = {
	readonly service: Service;
	readonly control: ServiceControl;
	/** Of the last start. */
	run: number;
	/** Of a stop that is not answered yet. */
	stopping: number | undefined;
};

export function createServices({create, tell, record, line}: ServicesParts): Services {
	const items = new Map<string, Item>();

	const itemFor = (service: Service): Item => {
		const known = items.get(service.name);
		if (known !== undefined && isSame(known.service, service)) {
			return known;
		}

		const item: Item = {
			service,
			control: create(service, {
				died(detail) {
					tell({kind: 'service', name: service.name, run: item.run, outcome: 'exited', detail});
				},
				line(text) {
					line(service.name, text);
				},
			}),
			run: 0,
			stopping: undefined,
		};
		items.set(service.name, item);
		return item;
	};

	const start = async (item: Item, run: number): Promise<void> => {
		item.run = run;
		const {hasSucceeded, reason} = await item.control.start();
		tell({kind: 'service', name: item.service.name, run, outcome: hasSucceeded ? 'started' : 'failed', detail: reason});
	};

	/** What does not stop is not answered: its time is the life's to judge. */
	const stop = async (item: Item, run: number, verb: 'stop' | 'kill'): Promise<void> => {
		item.stopping = run;
		const {hasSucceeded, reason} = await item.control[verb]();
		if (item.stopping !== run) {
			return;
		}

		if (hasSucceeded) {
			item.stopping = undefined;
			tell({kind: 'service', name: item.service.name, run, outcome: 'stopped', detail: reason});
		} else {
			record({
				level: 'error', name: 'service-not-stopped', message: `service ${item.service.name}: ${reason}`, fields: {service: item.service.name},
			});
		}
	};

	return {
		async adopt(services) {
			const running = await Promise.all(services.map(async service => await itemFor(service).control.adopt() ? service.name : undefined));
			return running.filter(name => name !== undefined);
		},
		perform({verb, service, run}) {
			const item = itemFor(service);
			void (verb === 'start' ? start(item, run) : stop(item, run, verb));
		},
		pid(name) {
			const item = items.get(name);
			return item?.control.pid() ?? (item?.service.run.kind === 'scripts' ? 'which it is, scripts do not tell: name its pid-file' : 'it does not run');
		},
		async leave() {
			await Promise.all([...items.values()].map(async ({control}) => control.leave()));
		},
		async kill() {
			await Promise.all([...items.values()].map(async ({control}) => control.kill()));
		},
	};
}

/** As configured: two objects of plain data, made by the same code. */
const isSame = (a: Service, b: Service): boolean => JSON.stringify(a) === JSON.stringify(b);
