import type { Schemas } from "../../lib/api/client.ts";
import { addDays, type CivilDate, daysBetween, parseCivilDate, todayIn } from "../../lib/dates/civil.ts";
import { LONGEST_PERIOD_DAYS } from "../../lib/dates/period.ts";
import type { DateRange } from "../../lib/dates/presets.ts";
import { overview } from "./answers.ts";
import { channelDetail, figures } from "./channel-answers.ts";
import type { Business } from "./business.ts";
import { BUSINESSES } from "./businesses.ts";
import { accountsOf } from "./channels.ts";
import { dataSource } from "./connections.ts";
import { DICTIONARY } from "./dictionary.ts";
import type { Question } from "./measure.ts";

export const LOGIN = { email: "chu@songhancoffee.vn", password: "ca-phe-sua-da" };

const ACTIONS: Schemas["Action"][] = [
  "view_overview",
  "view_channel",
  "view_data_sources",
  "read_exact_figures",
  "read_dictionary",
];
const COOKIE = /(?:^|;\s*)dpo=([^;]+)/;

export interface Answer {
  response: Response;
  /** To be set in the browser. */
  cookie?: string;
}

/** The API's answers for made-up businesses, with sessions in memory. Not a copy of the API: only what pages need. */
export class FakeApi {
  readonly #sessions = new Map<string, Business>();
  #cookie = 0;

  /** Answers a request; cookies go beside it, for a page's own `Request` and `Response` do not carry them. */
  async handle(request: Request, cookie: string | undefined): Promise<Answer> {
    const url = new URL(request.url);
    const path = url.pathname.replace(/^\/api\/v1/, "");
    if (path === "/session" && request.method === "POST") return this.#logIn(request);
    const id = COOKIE.exec(cookie ?? "")?.[1];
    const business = id === undefined ? undefined : this.#sessions.get(id);
    if (!id || !business) return { response: problem(401, "not_signed_in") };
    if (path === "/session" && request.method === "DELETE") {
      this.#sessions.delete(id);
      return { response: new Response(null, { status: 204 }) };
    }
    if (path === "/session/organization") return this.#chooseOrganization(request, id);
    const expected = request.headers.get("x-dpo-organization");
    if (expected && expected !== business.organization.id) return { response: problem(409, "organization_changed") };
    return { response: answer(path, url.searchParams, business) };
  }

  async #logIn(request: Request): Promise<Answer> {
    const { email, password } = (await request.json()) as Schemas["Credentials"];
    if (password === "too-often") return { response: problem(429, "too_many_attempts", 240) };
    const [first] = BUSINESSES;
    if (email !== LOGIN.email || password !== LOGIN.password || !first) return { response: problem(401, "wrong_credentials") };
    const id = `fake-${++this.#cookie}`;
    this.#sessions.set(id, first);
    return { response: json(session(first)), cookie: `dpo=${id}; Path=/; HttpOnly; SameSite=Lax` };
  }

  async #chooseOrganization(request: Request, id: string): Promise<Answer> {
    const { organization } = (await request.json()) as Schemas["OrganizationChoice"];
    const business = BUSINESSES.find((one) => one.organization.id === organization);
    if (!business) return { response: problem(404, "not_found") };
    this.#sessions.set(id, business);
    return { response: json(session(business)) };
  }
}

function answer(path: string, query: URLSearchParams, business: Business): Response {
  const today = todayIn(business.organization.timeZone);
  if (path === "/session") return json(session(business));
  if (path === "/metrics") return json(DICTIONARY);
  if (path === "/sources") return json({ dataSources: business.connections.map(dataSource), now: new Date().toISOString() });
  const question = readQuestion(query, today);
  if (!question) return problem(400, "invalid_parameter");
  if (path === "/overview") return json(overview(business, question));
  if (path === "/figures") {
    const account = accountsOf(business).find(({ id }) => id === query.get("account"));
    if (!account) return problem(404, "not_found");
    return json(figures(account, { level: query.get("level") ?? "account", ...question.current }, today));
  }
  const channel = DICTIONARY.channels.find(({ id }) => path === `/channels/${id}`);
  return channel ? json(channelDetail(business, channel.id, question)) : problem(404, "not_found");
}

function readQuestion(query: URLSearchParams, today: CivilDate): Question | undefined {
  const current = readRange(query.get("from"), query.get("to"));
  const comparedWith = readRange(query.get("compareFrom"), query.get("compareTo"));
  const compare = query.get("compare");
  // As the API: days to compare with go with `custom`, and nothing is longer than it allows.
  if (!current || (compare === "custom") !== (comparedWith !== undefined)) return undefined;
  return { today, current, comparison: comparisonRange(compare, comparedWith, current) };
}

function readRange(first: string | null, last: string | null): DateRange | undefined {
  const [from, to] = [parseCivilDate(first), parseCivilDate(last)];
  return from && to && from <= to && daysBetween(from, to) < LONGEST_PERIOD_DAYS ? { from, to } : undefined;
}

function comparisonRange(
  compare: string | null,
  comparedWith: DateRange | undefined,
  { from, to }: DateRange,
): DateRange | undefined {
  if (compare === "custom") return comparedWith;
  if (compare === "previous_period") return { from: addDays(from, -daysBetween(from, to) - 1), to: addDays(from, -1) };
  const lastYear = (date: CivilDate) => parseCivilDate(`${Number(date.slice(0, 4)) - 1}${date.slice(4)}`) ?? addDays(date, -366);
  return compare === "previous_year" ? { from: lastYear(from), to: lastYear(to) } : undefined;
}

export function session(business: Business): Schemas["Session"] {
  const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
  return {
    user: { id: "u1", email: LOGIN.email, displayName: "Nguyễn Thị Minh Hạnh", locale: null },
    organization: business.organization,
    role: business.role,
    brands: null,
    actions: ACTIONS,
    organizations: BUSINESSES.map(({ organization, role }) => ({
      organization: organization.id,
      displayName: organization.displayName,
      role,
    })),
    expiresAt: inDays(7),
    idleExpiresAt: inDays(1),
  };
}

function json(body: unknown): Response {
  return Response.json(body, { headers: { "cache-control": "no-store" } });
}

export function problem(status: number, code: Schemas["ProblemCode"], retryAfterSeconds: number | null = null): Response {
  const body: Schemas["ProblemDetails"] = {
    type: `urn:dpo:problem:${code}`,
    title: code,
    status,
    detail: code,
    code,
    parameter: null,
    retryAfterSeconds,
  };
  return Response.json(body, { status, headers: { "content-type": "application/problem+json" } });
}
