import { syncBuiltinESMExports } from 'node:module';
import type { ClockReading } from '../../gateway/clock';
import { START_VARIABLE, type CloudMessage, type ConfinedStart } from '../control-protocol';
import { setCloudTime, showCloudTime } from './cloud-date';
import { followCloudTimeInTimers, setTimerPace } from './cloud-timers';
import { confineDatagrams } from './confined-datagrams';
import { confineNames } from './confined-names';
import { confineServers } from './confined-servers';
import { confineSockets, sever } from './confined-sockets';
import { ControlChannel } from './control-channel';
import { standInForDatabaseAuthority } from './database-authority';
import { networkError } from './network-error';

/** Runs before anything else in a process of the cloud: its connections, names and time are the cloud's from here on. */
function confine(): void {
  const start = JSON.parse(process.env[START_VARIABLE] ?? '') as ConfinedStart;
  Reflect.deleteProperty(process.env, START_VARIABLE);
  Reflect.deleteProperty(process.env, 'NODE_COMPILE_CACHE');
  showCloudTime(start.clock);
  followCloudTimeInTimers(start.timers, start.clock.rate);
  const control = new ControlChannel((message: CloudMessage) => {
    if (message.kind === 'clock') goOn(message.clock);
    if (message.kind === 'sever') sever(message.id);
  });
  confineServers(control);
  confineSockets(control);
  confineNames(control);
  confineDatagrams(control, start.traceDaemon);
  standInForDatabaseAuthority(start.databaseAuthority);
  confineSignals();
  syncBuiltinESMExports();
}

function goOn(clock: ClockReading): void {
  setCloudTime(clock);
  setTimerPace(clock.rate);
}

/** A process may end itself, nobody else. */
function confineSignals(): void {
  const kill = process.kill.bind(process);
  process.kill = (pid, signal) => {
    if (pid !== process.pid) throw networkError('EPERM', 'kill', '');
    return kill(pid, signal);
  };
}

confine();
