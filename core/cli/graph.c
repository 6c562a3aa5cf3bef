/* SPDX-License-Identifier: Apache-2.0
 *
 * `workflow graph NAME`: what waits for what, without the needs that a longer
 * way says as well.
 */
#include "config.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "cli/inner.h"
#include "flow/check.h"
#include "flow/needs.h"
#include <kbsh/cleanup.h>
#include <kbsh/text.h>

struct graph
{
  const struct workflow *workflow;
  struct needs needs;
  unsigned char *drawn; /* by place in needs.of */
  uint64_t *rows;       /* a bit for each step that a step waits for */
  size_t words;         /* of a row */
};

static void
cleanup_graph (struct graph *graph)
{
  needs_free (&graph->needs);
  free (graph->drawn);
  free (graph->rows);
}

/* Those before it are done. What is in the row of one that it needs is behind
 * that one: only what is in none is drawn. */
static void
reduce (struct graph *g, size_t step)
{
  const struct needs *needs = &g->needs;
  size_t from = needs->first[step], end = needs->first[step + 1];
  uint64_t *own = g->rows + step * g->words;
  for (size_t k = from; k < end; k++)
    for (size_t w = 0; w < g->words; w++)
      own[w] |= g->rows[needs->of[k] * g->words + w];
  for (size_t k = from; k < end; k++)
    g->drawn[k] = !(own[needs->of[k] / 64] >> needs->of[k] % 64 & 1);
  for (size_t k = from; k < end; k++)
    own[needs->of[k] / 64] |= (uint64_t)1 << needs->of[k] % 64;
}

/* Each after all that it needs; there are no circles. */
static int
reduce_all (struct graph *g, struct kbsh_error *err)
{
  struct needs behind KBSH_CLEANUP (needs_free) = { 0 };
  size_t n = g->needs.count, count = 0;
  kbsh_autofree size_t *ready = calloc (n + 1, sizeof *ready);
  kbsh_autofree size_t *open = calloc (n + 1, sizeof *open);
  if (!ready || !open)
    return kbsh_error_memory (err);
  if (needs_turn (&g->needs, &behind, err) < 0)
    return -1;
  for (size_t i = 0; i < n; i++)
    if (!(open[i] = g->needs.first[i + 1] - g->needs.first[i]))
      ready[count++] = i;
  for (size_t next = 0; next < count; next++)
    {
      size_t step = ready[next];
      reduce (g, step);
      for (size_t k = behind.first[step]; k < behind.first[step + 1]; k++)
        if (!--open[behind.of[k]])
          ready[count++] = behind.of[k];
    }
  return 0;
}

static int
make (struct graph *g, struct kbsh_error *err)
{
  size_t n = g->workflow->step_count;
  if (check_cycles (g->workflow, err) < 0
      || needs_make (g->workflow, &g->needs, err) < 0)
    return -1;
  g->words = n / 64 + 1;
  g->rows = calloc (n * g->words + 1, sizeof *g->rows);
  g->drawn = calloc (g->needs.first[n] + 1, 1);
  return g->rows && g->drawn ? reduce_all (g, err) : kbsh_error_memory (err);
}

static void
draw_text (struct kbsh_buffer *b, const struct graph *g)
{
  const struct step *steps = g->workflow->steps;
  for (size_t i = 0; i < g->needs.count; i++)
    {
      const char *mark = " <- ";
      kbsh_buffer_puts (b, steps[i].name);
      for (size_t k = g->needs.first[i]; k < g->needs.first[i + 1]; k++)
        if (g->drawn[k])
          {
            kbsh_buffer_printf (b, "%s%s", mark, steps[g->needs.of[k]].name);
            mark = ", ";
          }
      kbsh_buffer_puts (b, "\n");
    }
}

static void
draw_dot (struct kbsh_buffer *b, const struct graph *g)
{
  const struct step *steps = g->workflow->steps;
  kbsh_buffer_printf (b,
                      "digraph \"%s\" {\n  rankdir=LR;\n  node "
                      "[shape=box];\n",
                      g->workflow->name);
  for (size_t i = 0; i < g->needs.count; i++)
    kbsh_buffer_printf (b, "  \"%s\"%s;\n", steps[i].name,
                        steps[i].when ? " [style=dashed]" : "");
  for (size_t i = 0; i < g->needs.count; i++)
    for (size_t k = g->needs.first[i]; k < g->needs.first[i + 1]; k++)
      if (g->drawn[k])
        kbsh_buffer_printf (b, "  \"%s\" -> \"%s\";\n",
                            steps[g->needs.of[k]].name, steps[i].name);
  kbsh_buffer_puts (b, "}\n");
}

int
graph_print (const struct workflow *workflow, int dot)
{
  struct graph graph KBSH_CLEANUP (cleanup_graph) = { .workflow = workflow };
  struct kbsh_buffer b KBSH_CLEANUP (kbsh_buffer_free) = { 0 };
  struct kbsh_error err = KBSH_ERROR_INIT;
  if (make (&graph, &err) < 0)
    return cli_error (&err, CLI_FAILED);
  if (dot)
    draw_dot (&b, &graph);
  else
    draw_text (&b, &graph);
  if (b.failed)
    {
      kbsh_error_memory (&err);
      return cli_error (&err, CLI_FAILED);
    }
  return b.data && cli_print (b.data) ? CLI_FAILED : CLI_OK;
}
