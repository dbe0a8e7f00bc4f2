/** Who asks where nobody listens: refused by a farm that only distributes, met with silence by one that runs services, whose node another is about to replace. */

import {noApplication, type Service} from '../../src/core/model/application.js';
import {tcp} from './support/frame.js';
import {backEndsTest} from './support/kernel-test.js';
import {evenSlots, farmWith, ruleFor, vips} from './support/machine.js';
import {Conversation} from './support/speech.js';

const service: Service = {name: 'web', run: {kind: 'unit', unit: 'web.service'}, startTimeoutMs: 1000, stopTimeoutMs: 1000};
const rules = [ruleFor(vips[4], 'tcp', [80, 8080], 'client'), ruleFor(vips[6], 'tcp', [80], 'client')];
const farm = farmWith({rules});
const withServices = {...farm, application: {...noApplication, services: [service]}};

for (const family of [4, 6] as const) {
	backEndsTest(`a farm without services refuses where nobody listens, IPv${family}`, farm, async (t, machine) => {
		await machine.serve({owned: evenSlots});
		const conversation = new Conversation(machine, machine.clientIn(evenSlots, family, 'client'), 80);
		conversation.knock();
		await machine.wire.receive(frame => conversation.isAnswer(tcp.reset + tcp.ack, frame), 'refusal');
		t.pass();
	});

	backEndsTest(`a farm with services refuses nobody, and still resets what it does not know, IPv${family}`, withServices, async (t, machine) => {
		await machine.serve({owned: evenSlots, resettable: evenSlots});
		const silent = new Conversation(machine, machine.clientIn(evenSlots, family, 'client'), 80);
		silent.knock();
		const unknown = new Conversation(machine, machine.clientIn(evenSlots, family, 'client'), 80);
		unknown.say('of a connection that a dead node had');
		await machine.wire.receive(frame => unknown.isAnswer(tcp.reset, frame), 'reset');
		machine.listen(80);
		const served = new Conversation(machine, machine.clientIn(evenSlots, family, 'client'), 80);
		await served.open();
		await machine.wire.settle();
		t.false(silent.hasAnswer());
	});
}
