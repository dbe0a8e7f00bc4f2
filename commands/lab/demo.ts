import process from 'node:process';
import {boolean, integer} from '@oclif/core/flags';
import {jsonFlag} from '../../src/cli/farm-command.js';
import {LabCommand, labOptionsOf, nameFlagOf, shapeFlags} from '../../src/cli/lab-command.js';
import {tellerFor} from '../../src/cli/demo-teller.js';
import {phaseMs} from '../../src/core/lab/phases.js';
import {conductDemo} from '../../src/edge/lab/demo.js';
import {ownApplication} from '../../src/edge/lab/application.js';
import {bringUp, takeDown} from '../../src/edge/lab/lab.js';
import {exitCodes} from '../../src/errors.js';

/** Scripts ask for so little; no phase is shorter than its usual length. */
const secondsMin = 17;
const usualSeconds = Math.round(Object.values(phaseMs).reduce((sum, ms) => sum + ms, 0) / 1000);
const secondsMax = 3600;

export default class LabDemo extends LabCommand {
	static override summary = 'see a farm survive: a node dies, returns, another is stopped and started, an application is killed, all under traffic';
	static override description = `Brings up a lab of its own, sends traffic from many client addresses, and takes the lab down again.
Exit status: 0 every promise held, 1 one did not.`;

	static override examples = ['<%= config.bin %> lab demo', '<%= config.bin %> lab demo --nodes 5 --json'];
	static override baseFlags = nameFlagOf('demo');
	static override flags = {
		...shapeFlags,
		...jsonFlag,
		keep: boolean({description: 'leave the lab up at the end'}),
		seconds: integer({
			default: usualSeconds, min: secondsMin, max: secondsMax, helpValue: 'S', description: `how long it takes, at least ${usualSeconds}`,
		}),
	};

	async run(): Promise<void> {
		const {flags} = await this.parse(LabDemo);
		const stop = new AbortController();
		for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
			process.on(signal, () => {
				stop.abort();
			});
		}

		const teller = await tellerFor({isJson: flags.json, print: text => {
			this.print(text);
		}});
		// Whether there is a lab of ours to take down: one that was there before is not.
		let isUp = false;
		try {
			const shape = labOptionsOf(flags);
			const lab = await bringUp({...shape, application: ownApplication(shape)});
			isUp = true;
			const {areKept} = await conductDemo(lab, {pace: Math.max(1, flags.seconds / usualSeconds), onMoment: teller.tell, signal: stop.signal});
			this.end(areKept ? exitCodes.ok : exitCodes.no);
		} catch (error) {
			if (!stop.signal.aborted) {
				throw error;
			}

			this.end(exitCodes.no);
		} finally {
			teller.close();
			if (isUp && !flags.keep) {
				await takeDown(flags.name);
			}
		}
	}
}
