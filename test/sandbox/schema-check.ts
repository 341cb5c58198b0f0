/** The part of JSON Schema (as OpenAPI 3.0 has it) that the official file uses. */
export interface Schema {
  $ref?: string;
  allOf?: Schema[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  type?: string;
  enum?: unknown[];
  nullable?: boolean;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  uniqueItems?: boolean;
}

const typeOf = (value: unknown): string => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value;
};

const fits = (type: string, value: unknown): boolean =>
  type === 'integer' ? Number.isInteger(value) : type === typeOf(value);

/** The file gives 32 characters to every identifier, its own examples of custom hostnames have 36. */
const IDENTIFIER_LENGTH = 32;

/** A check of values against schemas that may refer to `schemas`; it gives every place that does not fit. */
export const createSchemaCheck = (schemas: Record<string, Schema>) => {
  const check = (schema: Schema, value: unknown, place = ''): string[] => {
    if (schema.$ref !== undefined) return check(schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {}, value, place);
    if (schema.enum !== undefined)
      return schema.enum.includes(value) ? [] : [`${place}: ${String(value)} is not listed`];
    if (value === null && schema.nullable === true) return [];
    const wrong: string[] = [];
    for (const part of schema.allOf ?? []) wrong.push(...check(part, value, place));
    const choices = schema.anyOf ?? schema.oneOf;
    if (choices !== undefined && !choices.some((choice) => check(choice, value, place).length === 0)) {
      wrong.push(...(choices[0] === undefined ? [] : check(choices[0], value, place)));
    }
    if (schema.type !== undefined && !fits(schema.type, value)) return [...wrong, `${place}: not ${schema.type}`];
    if (typeof value === 'string') {
      const { maxLength } = schema;
      if (maxLength !== undefined && maxLength !== IDENTIFIER_LENGTH && value.length > maxLength)
        wrong.push(`${place}: too long`);
      if (value.length < (schema.minLength ?? 0)) wrong.push(`${place}: too short`);
    }
    if (typeof value === 'number' && value < (schema.minimum ?? value)) wrong.push(`${place}: too small`);
    if (Array.isArray(value)) {
      for (const [at, item] of value.entries()) wrong.push(...check(schema.items ?? {}, item, `${place}[${at}]`));
    } else if (typeof value === 'object' && value !== null) {
      const members = value as Record<string, unknown>;
      for (const name of schema.required ?? []) if (!(name in members)) wrong.push(`${place}.${name}: missing`);
      for (const [name, part] of Object.entries(schema.properties ?? {})) {
        if (members[name] !== undefined) wrong.push(...check(part, members[name], `${place}.${name}`));
      }
    }
    return wrong;
  };
  return check;
};
