/** A text as a value, or a key, of YAML. */

const plain = /^(?:[A-Za-z][\w.-]*|\/[\w./-]+|\d{1,3}(?:\.\d{1,3}){3}(?:\/\d+)?)$/u;
const notText = new Set(['true', 'false', 'null', 'yes', 'no', 'on', 'off', 'y', 'n']);

/** Plain where no reader of YAML, of any version, takes it for anything but text; else as JSON, which YAML reads alike. */
export const yamlText = (text: string): string => plain.test(text) && !notText.has(text.toLowerCase()) ? text : JSON.stringify(text);
