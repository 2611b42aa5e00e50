import { randomUUID } from 'node:crypto';
import type { CreateNamespaceRequest } from '@aws-sdk/client-redshift-serverless';
import type { Access, Call } from '../../../gateway/service';
import { keepAdminSecret } from '../../redshift/access/dependent-actions';
import { checkMasterPassword } from '../../redshift/cluster-rules';
import { describeNamespace } from '../describe';
import { SERVER_PARAMETERS } from '../endpoints';
import { keepTakingRecoveryPoints, takeSnapshot } from '../kept-data';
import { SERVERLESS_LIFE_CYCLE } from '../life-cycle';
import { ServerlessAccess, tagsOf } from '../serverless-access';
import { conflict, invalid, paged, required, type ServerlessContext } from '../serverless-context';
import { adoptKey } from '../serverless-keys';
import { serverlessArn, type Namespace } from '../state/estate';
import type { ServerlessOperations } from './serverless-operations';

const NAME = /^[a-z0-9-]{3,64}$/;
const DEFAULT_ADMIN = 'admin';
const DEFAULT_DATABASE = 'dev';

/** Namespaces. */
export function namespaceOperations(serverless: ServerlessContext): ServerlessOperations {
  const { estate, passages, secrets, storage } = serverless;
  const to = new ServerlessAccess(estate);
  const access = ({ namespaceName }: { namespaceName: string | undefined }, call: Call) => [to.namespace(call, namespaceName)];
  return {
    CreateNamespace: {
      access: ({ namespaceName, manageAdminPassword, tags, iamRoles = [] }, call) => [...to.created('namespace', call, tags), ...iamRoles.map(passed), ...(manageAdminPassword ? keepAdminSecret(call, namespaceName) : [])],
      run: async (input, call) => ({ namespace: describeNamespace(await createNamespace(serverless, input, call)) }),
    },
    GetNamespace: { access, run: ({ namespaceName }, call) => ({ namespace: describeNamespace(estate.namespace(call, namespaceName)) }) },
    ListNamespaces: {
      access: () => to.anything(),
      run: (input, call) => {
        const { items, nextToken } = paged([...estate.in(call).namespaces.values()], input);
        return { namespaces: items.map(describeNamespace), nextToken };
      },
    },
    UpdateNamespace: {
      access: ({ namespaceName, iamRoles = [] }, call) => [to.namespace(call, namespaceName), ...iamRoles.map(passed)],
      run: async (input, call) => {
        const namespace = idle(estate.namespace(call, input.namespaceName));
        if (input.kmsKeyId !== undefined) namespace.encryption = await adoptKey(serverless, call, namespace, input.kmsKeyId);
        namespace.iamRoleArns = input.iamRoles ?? namespace.iamRoleArns;
        namespace.defaultIamRoleArn = input.defaultIamRoleArn ?? namespace.defaultIamRoleArn;
        namespace.logExports = input.logExports ?? namespace.logExports;
        const { server } = namespace;
        const password = input.adminUserPassword === undefined ? undefined : checkMasterPassword(input.adminUserPassword);
        passages.begin(namespace, SERVERLESS_LIFE_CYCLE.modify, { work: async () => password !== undefined && server && storage.setPassword(server, password) });
        return { namespace: describeNamespace(namespace) };
      },
    },
    DeleteNamespace: {
      // Its secret goes with the caller's permissions: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonredshiftserverless.html (dependent actions)
      access: ({ namespaceName }, call) => {
        const secret = estate.in(call).namespaces.get(namespaceName ?? '')?.secret;
        return [to.namespace(call, namespaceName), ...(secret ? ['DescribeSecret', 'DeleteSecret'].map((action): Access => ({ action: `secretsmanager:${action}`, resource: secret.arn })) : [])];
      },
      run: async ({ namespaceName, finalSnapshotName, finalSnapshotRetentionPeriod = -1 }, call) => {
        const namespace = idle(estate.namespace(call, namespaceName));
        if (namespace.encryption.kind === 'kms') await serverless.keys.inspect(call.principal, call, namespace.encryption.keyArn);
        const state = estate.in(call);
        if (state.workgroupOf(namespace.name)) throw conflict(`The namespace ${namespace.name} has a workgroup. Delete it first.`);
        const last = finalSnapshotName === undefined ? undefined : takeSnapshot(serverless, namespace, { name: finalSnapshotName, retentionDays: finalSnapshotRetentionPeriod, tags: {} });
        namespace.schedule.abort();
        passages.begin(namespace, SERVERLESS_LIFE_CYCLE.delete, {
          work: async () => {
            await last?.underway?.worked;
            if (namespace.server) await storage.remove(namespace.server);
            if (namespace.secret) await secrets.delete(call, namespace.secret);
          },
          then: () => state.namespaces.delete(namespace.name),
        });
        return { namespace: describeNamespace(namespace) };
      },
    },
  };
}

async function createNamespace(serverless: ServerlessContext, input: CreateNamespaceRequest, call: Call): Promise<Namespace> {
  const { cloud, estate, passages, secrets, storage } = serverless;
  const name = required('namespaceName', input.namespaceName);
  if (!NAME.test(name)) throw invalid(`Invalid namespaceName: ${name}. It must have 3 to 64 small letters, digits and hyphens.`);
  const { namespaces } = estate.in(call);
  if (namespaces.has(name)) throw conflict(`Namespace ${name} already exists.`);
  if (input.manageAdminPassword && input.adminUserPassword !== undefined) throw invalid("You can't use adminUserPassword if manageAdminPassword is true.");
  const namespace: Namespace = {
    place: { account: call.account, region: call.region },
    id: randomUUID(),
    name,
    createdAt: cloud.clock.now(),
    adminUsername: input.adminUsername ?? DEFAULT_ADMIN,
    databaseName: input.dbName ?? DEFAULT_DATABASE,
    encryption: { kind: 'aws-owned' },
    secret: undefined,
    iamRoleArns: input.iamRoles ?? [],
    defaultIamRoleArn: input.defaultIamRoleArn,
    logExports: input.logExports ?? [],
    tags: tagsOf(input.tags),
    server: undefined,
    schedule: new AbortController(),
    status: 'MODIFYING',
    underway: undefined,
  };
  if (input.kmsKeyId !== undefined) namespace.encryption = await adoptKey(serverless, call, namespace, input.kmsKeyId);
  const own = input.adminUserPassword === undefined ? undefined : checkMasterPassword(input.adminUserPassword);
  const managed = input.manageAdminPassword
    ? await secrets.create(call, { name, arn: serverlessArn('namespace', namespace), username: namespace.adminUsername, kmsKeyId: input.adminPasswordSecretKmsKeyId })
    : undefined;
  namespace.secret = managed?.secret;
  if (namespaces.has(name)) throw conflict(`Namespace ${name} already exists.`);
  namespaces.set(name, namespace);
  passages.begin(namespace, SERVERLESS_LIFE_CYCLE.createNamespace, {
    work: async () => {
      namespace.server = await storage.create({
        name,
        hostnames: [`${name}.internal`],
        parameters: SERVER_PARAMETERS,
        masterUser: namespace.adminUsername,
        // Without a password nobody logs in as the admin until one is set.
        masterPassword: own ?? managed?.password ?? randomUUID(),
        databaseName: namespace.databaseName,
      });
    },
    then: () => void keepTakingRecoveryPoints(serverless, namespace),
  });
  return namespace;
}

/** Fails while something else goes on with it. */
export function idle<Resource extends { readonly name: string; readonly status: string }>(resource: Resource): Resource {
  if (resource.status !== 'AVAILABLE') throw conflict(`There is an operation in progress on ${resource.name}. Retry your request after the operation is complete.`);
  return resource;
}

function passed(resource: string): Access {
  return { action: 'iam:PassRole', resource, context: { 'iam:PassedToService': 'redshift-serverless.amazonaws.com' } };
}
