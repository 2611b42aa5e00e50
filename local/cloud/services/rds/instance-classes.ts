import { invalidCombination, invalidValue } from './request-errors';
import type { Engine } from './engine-versions';

const SIZES = ['large', 'xlarge', '2xlarge', '4xlarge', '8xlarge', '12xlarge', '16xlarge', '24xlarge'];
const BURSTABLE = ['micro', 'small', 'medium', 'large', 'xlarge', '2xlarge'];

/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Support.html */
const INSTANCE_FAMILIES: Readonly<Record<string, readonly string[]>> = {
  t3: BURSTABLE,
  t4g: BURSTABLE,
  m5: SIZES,
  m6g: SIZES,
  m6i: SIZES,
  m7g: SIZES,
  m7i: SIZES,
  m8g: SIZES,
  r5: SIZES,
  r6g: SIZES,
  r6i: SIZES,
  r7g: SIZES,
  r7i: SIZES,
  r8g: SIZES,
};

/** https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.DBInstanceClass.SupportAurora.html */
const AURORA_FAMILIES: Readonly<Record<string, readonly string[]>> = {
  t3: ['medium', 'large'],
  t4g: ['medium', 'large'],
  r5: SIZES,
  r6g: SIZES,
  r6i: SIZES,
  r7g: SIZES,
  r7i: SIZES,
  r8g: SIZES,
};

/** The class of Aurora Serverless v2, whose capacity the cluster states. */
export const SERVERLESS_CLASS = 'db.serverless';

/** Every class that the engine can be ordered with. */
export function instanceClassesOf(engine: Engine): readonly string[] {
  const families = engine === 'postgres' ? INSTANCE_FAMILIES : AURORA_FAMILIES;
  const classes = Object.entries(families).flatMap(([family, sizes]) => sizes.map((size) => `db.${family}.${size}`));
  return engine === 'postgres' ? classes : [SERVERLESS_CLASS, ...classes];
}

/** Fails unless the engine runs on instances of the class. */
export function checkInstanceClass(engine: Engine, engineVersion: string, instanceClass: string): void {
  if (instanceClassesOf(engine).includes(instanceClass)) return;
  if (!instanceClassesOf('postgres').includes(instanceClass)) throw invalidValue(`Invalid DB Instance class: ${instanceClass}`);
  throw invalidCombination(
    `RDS does not support creating a DB instance with the following combination: DBInstanceClass=${instanceClass}, Engine=${engine}, EngineVersion=${engineVersion}, ` +
      'LicenseModel=postgresql-license. For supported combinations of instance class and database engine version, see the documentation.',
  );
}
