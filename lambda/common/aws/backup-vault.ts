import { BackupClient, InvalidRequestException, paginateListRecoveryPointsByBackupVault, paginateListCopyJobs, StartCopyJobCommand, type CopyJob as SdkCopyJob } from '@aws-sdk/client-backup';
import { clientFor, type Target } from './client-factory';
import { present } from './present';

/** A copy that AWS Backup was asked for. */
export interface CopyJob {
  readonly id: string;
  /** `CREATED`, `RUNNING`, `COMPLETED`, `FAILED` or `PARTIAL`. */
  readonly state: string;
  /** Why it failed, in the words of AWS. */
  readonly message: string | undefined;
  readonly createdAt: Date;
}

export interface CopyRequest {
  readonly recoveryPointArn: string;
  readonly destinationVaultArn: string;
  readonly roleArn: string;
  readonly keepDays: number;
}

/** One vault of AWS Backup. */
export class BackupVault {
  constructor(
    private readonly client: BackupClient,
    private readonly name: string,
  ) {}

  static in(target: Target, name: string): BackupVault {
    return new BackupVault(clientFor(BackupClient, target), name);
  }

  /** The newest complete recovery point of the type, such as `Redshift`; nothing when there is none. */
  async newestRecoveryPoint(resourceType: string): Promise<string | undefined> {
    const found: { arn: string; createdAt: number }[] = [];
    for await (const { RecoveryPoints = [] } of paginateListRecoveryPointsByBackupVault({ client: this.client }, { BackupVaultName: this.name, ByResourceType: resourceType })) {
      for (const { RecoveryPointArn, CreationDate, Status } of RecoveryPoints) {
        if (Status === 'COMPLETED' || Status === 'AVAILABLE') found.push({ arn: present(RecoveryPointArn, 'RecoveryPointArn'), createdAt: CreationDate?.getTime() ?? 0 });
      }
    }
    return found.sort((a, b) => b.createdAt - a.createdAt)[0]?.arn;
  }

  /** The newest copy job towards the other vault; nothing when there was none in the last 30 days, which is what AWS keeps. */
  async newestCopy(resourceType: string, destinationVaultArn: string): Promise<CopyJob | undefined> {
    const found: CopyJob[] = [];
    for await (const { CopyJobs = [] } of paginateListCopyJobs({ client: this.client }, { ByResourceType: resourceType, ByDestinationVaultArn: destinationVaultArn })) found.push(...CopyJobs.map(toCopyJob));
    return found.sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime())[0];
  }

  /** Asks for a copy into another vault; answers with the refusal, in the words of AWS, when it is refused at once. */
  async startCopy({ recoveryPointArn, destinationVaultArn, roleArn, keepDays }: CopyRequest): Promise<{ readonly jobId: string } | { readonly refusal: string }> {
    try {
      const { CopyJobId } = await this.client.send(
        new StartCopyJobCommand({ RecoveryPointArn: recoveryPointArn, SourceBackupVaultName: this.name, DestinationBackupVaultArn: destinationVaultArn, IamRoleArn: roleArn, Lifecycle: { DeleteAfterDays: keepDays } }),
      );
      return { jobId: present(CopyJobId, 'CopyJobId') };
    } catch (error) {
      if (error instanceof InvalidRequestException) return { refusal: error.message };
      throw error;
    }
  }
}

function toCopyJob({ CopyJobId, State, StatusMessage, CreationDate }: SdkCopyJob): CopyJob {
  return { id: present(CopyJobId, 'CopyJobId'), state: present(State, 'State'), message: StatusMessage, createdAt: present(CreationDate, 'CreationDate') };
}
