/** Where in the network a process is: whence it connects. */
export type NetworkSource = InternetSource | InterfaceSource;

/** Outside every VPC, with the internet before it and nothing private: a function without VPC settings. */
export interface InternetSource {
  readonly kind: 'internet';
  /** How explanations call it, such as `function verify-restore`. */
  readonly name: string;
  readonly region: string;
}

/** Behind a network interface in a VPC: a function with VPC settings, a task. */
export interface InterfaceSource {
  readonly kind: 'interface';
  readonly name: string;
  readonly region: string;
  readonly networkInterfaceId: string;
}
