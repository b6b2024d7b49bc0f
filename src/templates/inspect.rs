//! What the template engine does not see by itself: a misspelt field in `{{#if}}`, and partials that include each
//! other (which would overflow the stack and end the process).
//!
//! A template is walked beside the sample of its letter: each path must exist there. Only the parts of the
//! language that can be followed this way are let in; the rest is refused by name.
use std::collections::{BTreeMap, BTreeSet};

use handlebars::{
    Path, Template,
    template::{DecoratorTemplate, HelperTemplate, Parameter, TemplateElement},
};
use serde_json::Value;

use super::{
    Problem,
    helpers::{BLOCKS, HELPERS},
};

/// The name by which a layout calls what it surrounds.
const PARTIAL_BLOCK: &str = "@partial-block";
/// What no call takes.
const NAMED: &str = "key=value and \u{201c}as |name|\u{201d}";

/// Every partial of one medium, by name.
pub(super) type Partials = BTreeMap<String, Template>;

/// The partials that reach themselves, each once, by name.
pub(super) fn cycles(partials: &Partials) -> Vec<String> {
    let edges: BTreeMap<&str, BTreeSet<String>> =
        partials.iter().map(|(name, template)| (name.as_str(), references(template))).collect();
    partials.keys().filter(|name| reaches_itself(name, &edges)).cloned().collect()
}

fn reaches_itself(name: &str, edges: &BTreeMap<&str, BTreeSet<String>>) -> bool {
    let mut seen = BTreeSet::new();
    let mut next: Vec<&String> = edges.get(name).into_iter().flatten().collect();
    while let Some(at) = next.pop() {
        if at == name {
            return true;
        }
        if seen.insert(at) {
            next.extend(edges.get(at.as_str()).into_iter().flatten());
        }
    }
    false
}

/// Names of the partials that a template includes, wherever they stand in it.
fn references(template: &Template) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut next = vec![template];
    while let Some(template) = next.pop() {
        for element in &template.elements {
            match element {
                TemplateElement::HelperBlock(block) => {
                    next.extend(block.template.iter().chain(&block.inverse));
                }
                TemplateElement::PartialExpression(partial) | TemplateElement::PartialBlock(partial) => {
                    next.extend(&partial.template);
                    found.extend(partial_name(partial));
                }
                _ => {}
            }
        }
    }
    found
}

fn partial_name(partial: &DecoratorTemplate) -> Option<String> {
    match &partial.name {
        Parameter::Literal(Value::String(name)) => Some(name.clone()),
        other => name_of(other).map(str::to_owned),
    }
}

/// What is wrong with `template` for data that looks like `sample`. Call it only where [`cycles`] found none.
pub(super) fn faults(template: &Template, sample: &Value, partials: &Partials) -> Vec<Problem> {
    let mut walk = Walk { partials, problems: Vec::new() };
    walk.template(template, Scope { value: sample, each: Inside::Nothing, block: Inside::Nothing });
    walk.problems.dedup();
    walk.problems
}

/// Whether the walk stands inside a construct.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    Nothing,
    It,
}

/// Where the walk stands: the data that `this` means, and what surrounds it.
#[derive(Clone, Copy)]
struct Scope<'a> {
    value: &'a Value,
    each: Inside,
    block: Inside,
}

struct Walk<'a> {
    partials: &'a Partials,
    problems: Vec<Problem>,
}

impl<'a> Walk<'a> {
    fn template(&mut self, template: &Template, scope: Scope<'a>) {
        for element in &template.elements {
            match element {
                TemplateElement::RawString(_) | TemplateElement::Comment(_) => {}
                TemplateElement::Expression(expression) => self.expression(expression, scope),
                TemplateElement::HelperBlock(block) => self.block(block, scope),
                TemplateElement::PartialExpression(partial) | TemplateElement::PartialBlock(partial) => {
                    self.partial(partial, scope);
                }
                TemplateElement::HtmlExpression(_) => {
                    self.forbidden("{{{\u{2026}}}}: data is always escaped");
                }
                _ => self.forbidden("{{*\u{2026}}}: partials stand in files of their own"),
            }
        }
    }

    fn expression(&mut self, expression: &HelperTemplate, scope: Scope<'a>) {
        if !expression.hash.is_empty() {
            self.forbidden(NAMED);
        }
        match name_of(&expression.name) {
            Some(name) if HELPERS.contains(&name) => self.parameters(&expression.params, scope),
            Some(path) if expression.params.is_empty() => {
                self.path(path, scope);
            }
            name => self.problems.push(Problem::UnknownHelper(name.unwrap_or("?").to_owned())),
        }
    }

    fn parameters(&mut self, parameters: &[Parameter], scope: Scope<'a>) {
        for parameter in parameters {
            match parameter {
                Parameter::Subexpression(inner) => match inner.as_element() {
                    TemplateElement::Expression(expression) | TemplateElement::HtmlExpression(expression) => {
                        self.expression(expression, scope);
                    }
                    _ => self.forbidden("this expression in brackets"),
                },
                Parameter::Literal(_) => {}
                other => match name_of(other) {
                    Some(path) => {
                        self.path(path, scope);
                    }
                    None => self.forbidden("this kind of parameter"),
                },
            }
        }
    }

    fn block(&mut self, block: &HelperTemplate, scope: Scope<'a>) {
        if !block.hash.is_empty() || block.block_param.is_some() {
            self.forbidden(NAMED);
        }
        let name = name_of(&block.name).unwrap_or("?");
        if !BLOCKS.contains(&name) {
            return self.problems.push(Problem::UnknownHelper(name.to_owned()));
        }
        let inner = if name == "if" || name == "unless" {
            self.parameters(&block.params, scope);
            Some(scope)
        } else {
            self.narrowed(block, scope)
        };
        if let (Some(inner), Some(template)) = (inner, &block.template) {
            self.template(template, inner);
        }
        if let Some(inverse) = &block.inverse {
            self.template(inverse, scope);
        }
    }

    /// The scope inside `{{#each}}` or `{{#with}}`.
    fn narrowed(&mut self, block: &HelperTemplate, scope: Scope<'a>) -> Option<Scope<'a>> {
        let Some(raw) = block.params.first().and_then(name_of) else {
            self.forbidden("{{#each}} or {{#with}} without a field");
            return None;
        };
        let value = self.path(raw, scope)?;
        match (name_of(&block.name), value) {
            (Some("each"), Value::Array(items)) if !items.is_empty() => {
                items.first().map(|value| Scope { value, each: Inside::It, ..scope })
            }
            (Some("with"), Value::Object(_)) => Some(Scope { value, ..scope }),
            _ => {
                self.problems.push(Problem::UnknownField(format!("{raw}, which has nothing inside")));
                None
            }
        }
    }

    fn partial(&mut self, partial: &DecoratorTemplate, scope: Scope<'a>) {
        if !partial.hash.is_empty() || !partial.params.is_empty() {
            self.forbidden(NAMED);
        }
        let name = partial_name(partial).unwrap_or_default();
        if name == PARTIAL_BLOCK {
            if scope.block == Inside::It || partial.template.is_some() {
                self.forbidden("@partial-block in what a partial surrounds");
            }
            return;
        }
        if let Some(surrounded) = &partial.template {
            if scope.block == Inside::It {
                self.forbidden("a partial that surrounds within another");
            }
            self.template(surrounded, Scope { block: Inside::It, ..scope });
        }
        match self.partials.get(&name) {
            Some(template) => self.template(template, Scope { block: Inside::Nothing, ..scope }),
            None => self.problems.push(Problem::UnknownPartial(name)),
        }
    }

    /// What stands at a path, which must exist; beneath an absent value nothing does.
    fn path(&mut self, raw: &str, scope: Scope<'a>) -> Option<&'a Value> {
        if raw.starts_with('@') {
            if scope.each == Inside::Nothing || !["@index", "@first", "@last"].contains(&raw) {
                self.problems.push(Problem::UnknownField(raw.to_owned()));
            }
            return None;
        }
        let mut segments = raw.split('.').peekable();
        if segments.peek() == Some(&"this") {
            segments.next();
        }
        let found = segments.try_fold(scope.value, |value, segment| value.get(segment));
        if found.is_none() {
            self.problems.push(Problem::UnknownField(raw.to_owned()));
        }
        found
    }

    fn forbidden(&mut self, what: &'static str) {
        self.problems.push(Problem::Forbidden(what));
    }
}

fn name_of(parameter: &Parameter) -> Option<&str> {
    match parameter {
        Parameter::Name(name) => Some(name),
        Parameter::Path(Path::Relative((_, raw)) | Path::Local((_, _, raw))) => Some(raw),
        _ => None,
    }
}
