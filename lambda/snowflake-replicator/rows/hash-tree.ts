import { addDigests, sameDigest, type Digest } from './digest';
import type { Key, KeyRange } from './key-range';

/** The lowest level of the tree: a run of neighbouring rows of the source. */
export interface TreeLeaf {
  /** Key of its last row. */
  readonly through: Key;
  readonly digest: Digest;
}

/** A node: some neighbouring leaves, and the range of keys between them. */
export interface TreeNode {
  readonly range: KeyRange;
  readonly leaves: readonly TreeLeaf[];
}

/** The tree's root over the leaves of a range. Its last leaf reaches to the end of the range, so that rows which only the target has are inside. */
export function rootOf(range: KeyRange, leaves: readonly TreeLeaf[]): TreeNode {
  return { range, leaves };
}

/** Divides a node into at most so many nodes of about equal size. */
export function childrenOf({ range, leaves }: TreeNode, fanout: number): TreeNode[] {
  const perChild = Math.ceil(leaves.length / fanout);
  const children: TreeNode[] = [];
  let after = range.after;
  for (let from = 0; from < leaves.length; from += perChild) {
    const own = leaves.slice(from, from + perChild);
    const isLast = from + perChild >= leaves.length;
    const through = isLast ? range.through : (own.at(-1)?.through ?? null);
    children.push({ range: { after, through }, leaves: own });
    after = through;
  }
  return children;
}

/** What the source has in a node's range. */
export function digestOfNode({ leaves }: TreeNode): Digest {
  return addDigests(...leaves.map(({ digest }) => digest));
}

/**
 * Descends to the leaves whose rows differ: asks the target for a level of nodes at a time and goes on only into those
 * that differ. Answers the ranges of those leaves.
 */
export async function findDifferingRanges(root: TreeNode, digestsInTarget: (nodes: readonly TreeNode[]) => Promise<readonly Digest[]>, fanout: number): Promise<KeyRange[]> {
  if (root.leaves.length === 0) return differs((await digestsInTarget([root]))[0], digestOfNode(root)) ? [root.range] : [];
  const differing: KeyRange[] = [];
  let level: readonly TreeNode[] = [root];
  while (level.length > 0) {
    const nodes = level.flatMap((node) => childrenOf(node, fanout));
    const digests = await digestsInTarget(nodes);
    const different = nodes.filter((node, index) => differs(digests[index], digestOfNode(node)));
    differing.push(...different.filter(({ leaves }) => leaves.length === 1).map(({ range }) => range));
    level = different.filter(({ leaves }) => leaves.length > 1);
  }
  return differing;
}

/** Ranges that follow on each other as one, at most so many of them: one question for many leaves where most of them differ. */
export function joinNeighbours(ranges: readonly KeyRange[], most: number): KeyRange[] {
  const joined: { range: KeyRange; count: number }[] = [];
  for (const range of ranges) {
    const before = joined.at(-1);
    if (before && before.count < most && isSameKey(before.range.through, range.after)) joined.splice(-1, 1, { range: { after: before.range.after, through: range.through }, count: before.count + 1 });
    else joined.push({ range, count: 1 });
  }
  return joined.map(({ range }) => range);
}

function isSameKey(one: Key | null, other: Key | null): boolean {
  return one !== null && other !== null && JSON.stringify(one) === JSON.stringify(other);
}

function differs(found: Digest | undefined, expected: Digest): boolean {
  return !found || !sameDigest(found, expected);
}
