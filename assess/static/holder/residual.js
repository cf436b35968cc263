/* Which nodes may be shown, so that no difference of shown figures isolates a small group: the same rule as on the server
   (assess/scoring/disclosure.py), applied again to what could really be opened. A tree has parents (-1: none), ranks (order
   of names), allowed and hidden_before; `direct` counts the answers directly in each node. */
const OUTSIDE = -1;

function residualPattern(direct, tree, minimum) {
  const levels = levelsOf(tree.parents);
  const totals = sumUpwards(direct, tree.parents, levels);
  const published = totals.map((total, node) => total >= Math.max(minimum, 1) && tree.allowed[node]);
  const owners = ownersOf(published, tree.parents, levels);
  const residuals = residualsOf(owners, direct);
  if (minimum > 1 && published.some((shown, node) => shown && residuals[node] > 0 && residuals[node] < minimum)) {
    protect({ published, residuals, totals, below: publishedBelow(published, owners, tree.parents), levels, tree, minimum });
  }
  return { published, owners: ownersOf(published, tree.parents, levels) };
}

/* Nodes by depth, roots first. */
function levelsOf(parents) {
  const levels = [];
  parents.forEach((_parent, node) => {
    let depth = 0;
    for (let above = parents[node]; above >= 0; above = parents[above]) depth += 1;
    (levels[depth] ||= []).push(node);
  });
  return levels;
}

function sumUpwards(direct, parents, levels) {
  const totals = Array.from(direct);
  for (const level of levels.slice(1).reverse()) for (const node of level) totals[parents[node]] += totals[node];
  return totals;
}

/* The nearest published node at or above each node. */
function ownersOf(published, parents, levels) {
  const owners = new Array(parents.length);
  for (const level of levels) {
    for (const node of level) {
      const inherited = parents[node] >= 0 ? owners[parents[node]] : OUTSIDE;
      owners[node] = published[node] ? node : inherited;
    }
  }
  return owners;
}

function residualsOf(owners, direct) {
  const residuals = new Array(owners.length).fill(0);
  owners.forEach((owner, node) => { if (owner >= 0) residuals[owner] += direct[node]; });
  return residuals;
}

/* The topmost published nodes below each node. */
function publishedBelow(published, owners, parents) {
  const below = parents.map(() => new Set());
  parents.forEach((parent, node) => {
    if (published[node] && parent >= 0 && owners[parent] >= 0) below[owners[parent]].add(node);
  });
  return below;
}

/* From the leaves to the roots; hiding below a node changes the residual of that node only. */
function protect({ published, residuals, totals, below, levels, tree, minimum }) {
  const before = (a, b) =>
    Number(!tree.hidden_before[a]) - Number(!tree.hidden_before[b]) || totals[a] - totals[b] || tree.ranks[a] - tree.ranks[b];
  const first = (nodes) => Array.from(nodes).reduce((least, node) => (before(node, least) < 0 ? node : least));
  /* Fully covered nodes are followed downwards: hiding one of them alone would hide nothing. */
  const chainFrom = (node) => {
    const chain = [node];
    while (residuals[chain[chain.length - 1]] === 0) chain.push(first(below[chain[chain.length - 1]]));
    return chain;
  };
  const shorter = (a, b) => a.length - b.length || before(a[0], b[0]);
  for (const level of levels.slice().reverse()) {
    for (const node of level) {
      if (!published[node] || residuals[node] === 0) continue;
      while (residuals[node] < minimum) {
        const chains = Array.from(below[node], chainFrom);
        for (const hidden of chains.reduce((least, chain) => (shorter(chain, least) < 0 ? chain : least))) {
          published[hidden] = false;
          below[node].delete(hidden);
          for (const next of below[hidden]) below[node].add(next);
          residuals[node] += residuals[hidden];
        }
      }
    }
  }
}
