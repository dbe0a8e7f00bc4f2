/** The values of which the schemas of this folder are made. */

export const text = {type: 'string'};
export const name = {type: 'string', minLength: 1};
export const count = {type: 'integer', minimum: 0};
export const durationMs = {type: 'number', minimum: 0};
export const instant = {type: 'string', format: 'date-time'};

/** An object whose given properties must all be there, but for those named optional. */
export const record = (properties: Readonly<Record<string, unknown>>, optional: readonly string[] = []) => ({
	type: 'object', required: Object.keys(properties).filter(key => !optional.includes(key)), properties,
});
