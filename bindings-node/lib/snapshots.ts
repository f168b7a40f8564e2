// What to do before a snapshot of the process is taken and after it is restored. Lambda has no SnapStart for Node; these
// are for whoever clones or restores processes in another way.

import { done, queue } from './calls';
import { addon } from './native';

/**
 * Lets every client let go of its token and connection; fulfilled when the sockets are closed. The clients stay usable.
 * Calls under way hold their connections, for a second at most.
 */
export function beforeSnapshot(): Promise<void> {
  return done(ticket => queue.beforeSnapshot(ticket));
}

/**
 * Says that this process was restored from a snapshot. Returns at once. No client trusts what it had: tokens are looked up
 * again and connections made, beginning in the background, and random numbers get another seed.
 */
export function afterRestore(): void {
  addon.afterRestore();
}
