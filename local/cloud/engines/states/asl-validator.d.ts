declare module 'asl-validator' {
  interface ValidationResult {
    readonly isValid: boolean;
    readonly errors: readonly { readonly 'Error code': string; readonly Message: string }[];
  }

  /** Adds `QueryLanguage` to the states of the definition it is given. */
  function validate(definition: object, options?: { readonly checkPaths?: boolean; readonly checkArn?: boolean }): ValidationResult;

  export = validate;
}
