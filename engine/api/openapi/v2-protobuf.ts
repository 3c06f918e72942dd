/**
 * The version 2 document in protobuf, which is how kubectl asks for it.
 * Upstream: gnostic's OpenAPIv2.proto; only the messages that our documents use are described here, with its field numbers.
 */
import protobuf from 'protobufjs/light.js';
import type { Json, JsonObject } from '../object.ts';

/** What clients put into Accept: kubectl the first form. */
export const v2AcceptedMediaTypes: readonly string[] = [
  'application/com.github.proto-openapi.spec.v2@v1.0+protobuf',
  'application/com.github.proto-openapi.spec.v2.v1.0+protobuf',
];
/** The Content-Type of the answer: the form with `@` is no valid media type, and clients refuse it. */
export const v2MediaType = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';

type Fields = Readonly<Record<string, readonly [id: number, type: string, rule?: 'repeated']>>;

const many = (type: string): Fields => ({ additionalProperties: [1, type, 'repeated'] });
const pair = (type: string): Fields => ({ name: [1, 'string'], value: [2, type] });

const messages: Readonly<Record<string, Fields>> = {
  AdditionalPropertiesItem: { schema: [1, 'Schema'], boolean: [2, 'bool'] },
  Any: { yaml: [2, 'string'] },
  BodyParameter: { description: [1, 'string'], name: [2, 'string'], in: [3, 'string'], required: [4, 'bool'], schema: [5, 'Schema'] },
  Definitions: many('NamedSchema'),
  Document: { swagger: [1, 'string'], info: [2, 'Info'], paths: [8, 'Paths'], definitions: [9, 'Definitions'] },
  Info: { title: [1, 'string'], version: [2, 'string'] },
  ItemsItem: { schema: [1, 'Schema', 'repeated'] },
  NamedAny: pair('Any'),
  NamedPathItem: pair('PathItem'),
  NamedResponseValue: pair('ResponseValue'),
  NamedSchema: pair('Schema'),
  NonBodyParameter: { queryParameterSubSchema: [3, 'QueryParameterSubSchema'], pathParameterSubSchema: [4, 'PathParameterSubSchema'] },
  Operation: {
    tags: [1, 'string', 'repeated'],
    operationId: [5, 'string'],
    parameters: [8, 'ParametersItem', 'repeated'],
    responses: [9, 'Responses'],
    vendorExtension: [13, 'NamedAny', 'repeated'],
  },
  Parameter: { bodyParameter: [1, 'BodyParameter'], nonBodyParameter: [2, 'NonBodyParameter'] },
  ParametersItem: { parameter: [1, 'Parameter'] },
  PathItem: {
    get: [2, 'Operation'],
    put: [3, 'Operation'],
    post: [4, 'Operation'],
    delete: [5, 'Operation'],
    patch: [8, 'Operation'],
    parameters: [9, 'ParametersItem', 'repeated'],
  },
  PathParameterSubSchema: {
    required: [1, 'bool'],
    in: [2, 'string'],
    description: [3, 'string'],
    name: [4, 'string'],
    type: [5, 'string'],
    uniqueItems: [18, 'bool'],
  },
  Paths: { path: [2, 'NamedPathItem', 'repeated'] },
  Properties: many('NamedSchema'),
  QueryParameterSubSchema: {
    in: [2, 'string'],
    description: [3, 'string'],
    name: [4, 'string'],
    type: [6, 'string'],
    uniqueItems: [20, 'bool'],
  },
  Response: { description: [1, 'string'], schema: [2, 'SchemaItem'] },
  Responses: { responseCode: [1, 'NamedResponseValue', 'repeated'] },
  ResponseValue: { response: [1, 'Response'] },
  Schema: {
    ref: [1, 'string'],
    format: [2, 'string'],
    description: [4, 'string'],
    required: [19, 'string', 'repeated'],
    additionalProperties: [21, 'AdditionalPropertiesItem'],
    type: [22, 'TypeItem'],
    items: [23, 'ItemsItem'],
    properties: [25, 'Properties'],
    vendorExtension: [31, 'NamedAny', 'repeated'],
  },
  SchemaItem: { schema: [1, 'Schema'] },
  TypeItem: { value: [1, 'string', 'repeated'] },
};

function documentType(): protobuf.Type {
  const nested = Object.fromEntries(
    Object.entries(messages).map(([name, fields]) => [
      name,
      {
        fields: Object.fromEntries(
          Object.entries(fields).map(([field, [id, type, rule]]) => [field, { id, type, ...(rule ? { rule } : {}) }]),
        ),
      },
    ]),
  );
  return protobuf.Root.fromJSON({ nested }).lookupType('Document');
}

/** The members of a document that are objects; what is missing is empty. */
function object(value: Json | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}
function list(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

function extensions(value: JsonObject): JsonObject {
  const found = Object.entries(value).filter(([name]) => name.startsWith('x-'));
  // JSON is YAML.
  return found.length === 0 ? {} : { vendorExtension: found.map(([name, item]) => ({ name, value: { yaml: JSON.stringify(item) } })) };
}

function schema(value: JsonObject): JsonObject {
  const { $ref, type, items, properties, additionalProperties, format, description, required } = value;
  return {
    ...(format === undefined ? {} : { format }),
    ...(description === undefined ? {} : { description }),
    ...(required === undefined ? {} : { required }),
    ...($ref === undefined ? {} : { ref: $ref }),
    ...(type === undefined ? {} : { type: { value: [type] } }),
    ...(items === undefined ? {} : { items: { schema: [schema(object(items))] } }),
    ...(properties === undefined ? {} : { properties: schemas(object(properties)) }),
    ...(additionalProperties === undefined ? {} : { additionalProperties: { schema: schema(object(additionalProperties)) } }),
    ...extensions(value),
  };
}
function schemas(named: JsonObject): JsonObject {
  return { additionalProperties: Object.entries(named).map(([name, value]) => ({ name, value: schema(object(value)) })) };
}

function parameter(value: JsonObject): JsonObject {
  if (value.in === 'body') return { parameter: { bodyParameter: { ...value, schema: schema(object(value.schema)) } } };
  const kind = value.in === 'path' ? 'pathParameterSubSchema' : 'queryParameterSubSchema';
  return { parameter: { nonBodyParameter: { [kind]: value } } };
}

function response([name, value]: readonly [string, Json]): JsonObject {
  const { description = '', schema: answer } = object(value);
  return { name, value: { response: { description, ...(answer === undefined ? {} : { schema: { schema: schema(object(answer)) } }) } } };
}

function operation(value: JsonObject): JsonObject {
  return {
    tags: list(value.tags),
    operationId: value.operationId ?? '',
    parameters: list(value.parameters).map((item) => parameter(object(item))),
    responses: { responseCode: Object.entries(object(value.responses)).map(response) },
    ...extensions(value),
  };
}

function pathItem(value: JsonObject): JsonObject {
  const { parameters, ...operations } = value;
  return {
    ...Object.fromEntries(Object.entries(operations).map(([verb, item]) => [verb, operation(object(item))])),
    parameters: list(parameters).map((item) => parameter(object(item))),
  };
}

/** Encodes what `OpenApi.v2` gives. */
export function encodeV2(document: JsonObject): Uint8Array {
  const type = documentType();
  const message = {
    swagger: document.swagger ?? '2.0',
    info: object(document.info),
    paths: { path: Object.entries(object(document.paths)).map(([name, value]) => ({ name, value: pathItem(object(value)) })) },
    definitions: schemas(object(document.definitions)),
  };
  return type.encode(type.fromObject(message)).finish();
}
