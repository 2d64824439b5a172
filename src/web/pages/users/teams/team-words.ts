import type { TeamProblem } from '#domain/teams/manage-teams.ts'

/** What is wrong with the name of a team. */
export const teamProblemWords = (problem: TeamProblem): string =>
  problem.code === 'team-name-wrong' ? problem.reason : 'Another team is called so. Choose another name.'
