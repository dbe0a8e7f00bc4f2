/** The failure that an interface does not exist, told with those that do. */

import {SystemFailure} from '../../errors.js';

export function noSuchInterface(name: string, interfaces: ReadonlyArray<{readonly name: string}>): SystemFailure {
	return new SystemFailure(`there is no interface '${name}'`, {hint: `interfaces of this machine: ${interfaces.map(item => item.name).join(', ')}`});
}
