// Carries out a plan with a client of either TypeScript SDK. README.md beside this file has the words of plans and reports.
import readline from 'node:readline';

const STEP_LIMIT_MS = 20000;
const PUNCTUAL_LIMIT_MS = 30000; // four such steps fit into what a client is given for its plan

const input = readline.createInterface({ input: process.stdin, terminal: false });
const words = input[Symbol.asyncIterator]();

async function nextWord() {
    return (await words.next()).value;
}

function fault(error) {
    return { code: error.code ?? null, message: String(error.message ?? error) };
}

function textOf(result) {
    return result.content.filter(block => block.type === 'text').map(block => block.text).join('\n');
}

function fits(answer, wanted) {
    return Object.entries(wanted).every(([key, value]) => answer?.structured?.[key] === value);
}

// A question belongs to the last call: no plan asks during two at once.
function answerQuestion(run, { message }) {
    run.asked.push(message);
    return run.say ? { action: 'accept', content: run.say } : { action: 'decline' };
}

// One call. `ended_ms` counts from the start of the plan, so that the order of answers shows.
async function callOnce(run, step) {
    const notes = [];
    run.asked = [];
    run.say = step.say;
    const abort = new AbortController();
    let firstNote;
    const noted = new Promise(resolve => (firstNote = resolve));
    const options = { timeout: STEP_LIMIT_MS, signal: abort.signal };
    if (step.progress)
        options.onprogress = note => (notes.push(note), firstNote());
    if (step.cancel_on === 'note')
        noted.then(() => abort.abort('the plan says so'));
    if (step.cancel_on === 'word')
        nextWord().then(() => abort.abort('the plan says so'));
    const answering = run.client.call(step.call, step.arguments ?? {}, options);
    answering.catch(() => {}).then(firstNote);
    if (step.leave_on === 'note') {
        await noted;
        return { left: true, notes };
    }
    const report = { notes, asked: run.asked };
    try {
        const result = await answering;
        report.answer = { is_error: result.isError === true, structured: result.structuredContent ?? null,
                          text: textOf(result) };
    } catch (error) {
        report.error = fault(error);
    }
    report.cancelled = abort.signal.aborted;
    report.ended_ms = performance.now() - run.began;
    return report;
}

// How late this process was for anything, at most, while `task` ran: it looked for input at least that often.
async function lagOf(task) {
    let last = performance.now(), lag = 0;
    const tick = () => {
        lag = Math.max(lag, performance.now() - last);
        last = performance.now();
    };
    const timer = setInterval(tick, 1);
    const result = await task();
    clearInterval(timer);
    tick();
    return { result, lag };
}

// Calls until this process was punctual: one that a busy machine let wait reads in one go what was sent apart, and says
// nothing of what the SDK makes of the two. What it complained of then does not count either.
async function callPunctually(run, step) {
    const deadline = performance.now() + PUNCTUAL_LIMIT_MS;
    for (;;) {
        const complaints = run.errors.length;
        const { result, lag } = await lagOf(() => callOnce(run, step));
        if (lag < step.punctual_ms || performance.now() > deadline)
            return result;
        run.errors.length = complaints;
    }
}

async function callUntil(run, step) {
    const deadline = performance.now() + step.within_ms;
    for (;;) {
        const report = await callOnce(run, step);
        if (fits(report.answer, step.until) || performance.now() > deadline)
            return report;
    }
}

async function takeStep(run, step) {
    if (step.together)
        return Promise.all(step.together.map(one => takeStep(run, one)));
    if (step.list) {
        try {
            return { tools: (await run.client.list({ timeout: STEP_LIMIT_MS })).tools };
        } catch (error) {
            return { error: fault(error) };
        }
    }
    if (step.pause_ms) {
        await new Promise(resolve => setTimeout(resolve, step.pause_ms));
        return {};
    }
    if (step.hold) {
        await nextWord();
        return {};
    }
    if (step.punctual_ms)
        return callPunctually(run, step);
    return step.until ? callUntil(run, step) : callOnce(run, step);
}

// `open(plan, onError, onQuestion)` connects and returns {version, server, list, call, close}.
export async function carryOut(open) {
    const plan = JSON.parse(await nextWord());
    const report = { steps: [], errors: [] };
    const run = { began: performance.now(), errors: report.errors };
    try {
        run.client = await open(plan, error => report.errors.push(fault(error).message),
                                params => answerQuestion(run, params));
        report.connected = { version: run.client.version, server: run.client.server };
    } catch (error) {
        report.refused = fault(error);
    }
    if (run.client) {
        for (const step of plan.steps)
            report.steps.push(await takeStep(run, step));
        const closing = performance.now();
        await run.client.close();
        report.close_ms = performance.now() - closing;
    }
    process.stdout.write(JSON.stringify(report) + '\n', () => process.exit(0));
}
