/** Null, as the value of a field whose name ends in `.$`: the CDK leaves out fields that are null. */
export const JSON_NULL = "States.StringToJson('null')";
