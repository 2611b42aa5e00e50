import { WorkTree } from '../../../../../local/cloud/gateway/work-tree';

describe('WorkTree', () => {
  it('counts work that waits for other work of its own as one piece that does something', async () => {
    const tree = new WorkTree();
    const call = tree.begin();

    await tree.within(call, async () => {
      const invocation = tree.begin();
      expect([tree.open, tree.active]).toEqual([2, 1]);
      invocation.end();
      expect([tree.open, tree.active]).toEqual([1, 1]);
    });
    call.end();

    expect([tree.open, tree.active]).toEqual([0, 0]);
  });

  it('has nothing active while all that goes on waits in vain', async () => {
    const tree = new WorkTree();
    const call = tree.begin();
    await tree.within(call, async () => {
      const invocation = tree.begin();
      invocation.setVain(true);
      expect([tree.open, tree.active]).toEqual([2, 0]);
      const other = tree.begin();
      expect(tree.active).toBe(1);
      other.end();
      invocation.setVain(false);
      expect(tree.active).toBe(1);
      invocation.end();
    });
  });

  it('does not wait for what work that has ended left behind', async () => {
    const tree = new WorkTree();
    const ended = tree.begin();

    await tree.within(ended, async () => {
      ended.end();
      const later = tree.begin();
      expect(tree.active).toBe(1);
      later.end();
    });

    expect([tree.open, tree.active]).toEqual([0, 0]);
  });

  it('ends work once, however often it is told', () => {
    const tree = new WorkTree();
    const work = tree.begin();
    work.end();
    work.end();

    expect([tree.open, tree.active]).toEqual([0, 0]);
  });
});
