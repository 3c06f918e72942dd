/** What a source file says to people: the keys of the texts it uses, and words that stand in the code instead of in a text. Read off the syntax tree. */
import ts from 'typescript';

export interface TextUsage {
  /** `home.start`, or with a `*` for each part that is only known at run time: `explain.*.title`. */
  readonly keys: readonly string[];
  /** Faults, each with its place. */
  readonly faults: readonly string[];
}

/** Attributes whose value is read by a person or aloud. */
const spoken = new Set([
  'aria-label',
  'aria-description',
  'aria-roledescription',
  'aria-valuetext',
  'title',
  'label',
  'alt',
  'placeholder',
  'helperText',
  'text',
  'primary',
  'secondary',
  'message',
  'description',
  'above',
  'below',
]);
const letter = /\p{L}/u;
/** Names that are the same in every language. */
const names = /\blocalhost\b/g;

export function textUsage(file: string, source: string): TextUsage {
  const keys = new Set<string>();
  const faults: string[] = [];
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true, file.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS);
  const fault = (node: ts.Node, what: string): void => {
    const { line } = tree.getLineAndCharacterOfPosition(node.getStart(tree));
    faults.push(`${file}:${line + 1}: ${what}`);
  };
  const visit = (node: ts.Node): void => {
    if (isTextCall(node)) {
      const [key] = node.arguments;
      for (const found of key ? keysOf(key) : [undefined]) {
        if (found === undefined) fault(node, `a key that cannot be read off the code: ${node.getText(tree)}`);
        else keys.add(found);
      }
    }
    for (const words of wordsOf(node))
      if (letter.test(words.replace(names, ''))) fault(node, `words in the code: ${JSON.stringify(words.trim())}`);
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return { keys: [...keys], faults };
}

function isTextCall(node: ts.Node): node is ts.CallExpression {
  if (!ts.isCallExpression(node)) return false;
  const { expression } = node;
  return ts.isIdentifier(expression) ? expression.text === 't' : ts.isPropertyAccessExpression(expression) && expression.name.text === 't';
}

/** Both branches of a condition count; what is no literal is undefined. */
function keysOf(expression: ts.Expression): readonly (string | undefined)[] {
  if (ts.isStringLiteralLike(expression)) return [expression.text];
  if (ts.isTemplateExpression(expression))
    return [[expression.head.text, ...expression.templateSpans.map(({ literal }) => literal.text)].join('*')];
  if (ts.isConditionalExpression(expression)) return [...keysOf(expression.whenTrue), ...keysOf(expression.whenFalse)];
  if (ts.isParenthesizedExpression(expression)) return keysOf(expression.expression);
  return [undefined];
}

/** The literal words that this node shows or speaks. */
function wordsOf(node: ts.Node): readonly string[] {
  if (ts.isJsxText(node)) return [node.text];
  if (ts.isJsxAttribute(node) && spoken.has(node.name.getText())) return node.initializer ? literalsOf(node.initializer) : [];
  if (ts.isJsxExpression(node) && (ts.isJsxElement(node.parent) || ts.isJsxFragment(node.parent))) return literalsOf(node);
  return [];
}
function literalsOf(node: ts.Node): readonly string[] {
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (ts.isTemplateExpression(node)) return [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)];
  if (ts.isConditionalExpression(node)) return [...literalsOf(node.whenTrue), ...literalsOf(node.whenFalse)];
  if (ts.isBinaryExpression(node)) return literalsOfBinary(node);
  if (ts.isJsxExpression(node) || ts.isParenthesizedExpression(node)) return node.expression ? literalsOf(node.expression) : [];
  return [];
}
/** What a comparison or the condition before `&&` holds is not shown. */
function literalsOfBinary({ left, right, operatorToken: { kind } }: ts.BinaryExpression): readonly string[] {
  if (kind === ts.SyntaxKind.AmpersandAmpersandToken) return literalsOf(right);
  const isShown = kind === ts.SyntaxKind.BarBarToken || kind === ts.SyntaxKind.QuestionQuestionToken || kind === ts.SyntaxKind.PlusToken;
  return isShown ? [...literalsOf(left), ...literalsOf(right)] : [];
}
