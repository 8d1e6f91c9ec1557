//! What can be told of code by its shape alone, without its types.

use quote::ToTokens;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Arm, BinOp, Expr, ExprBinary, Pat, Token, Type, UnOp};

/// What one side of `&&` or `||` is taken for, so that it makes no difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Taken {
    /// It holds: a side of `&&`.
    Holds,
    /// It fails: a side of `||`.
    Fails,
}

/// Code as it is written, on one line and not too long.
pub(crate) fn said(code: &(impl Spanned + ToTokens)) -> String {
    let text = code
        .span()
        .source_text()
        .unwrap_or_else(|| code.to_token_stream().to_string());
    let text: Vec<&str> = text.split_whitespace().collect();
    let text = text.join(" ").replace(" .", ".");
    let mut letters = text.chars();
    let short: String = letters.by_ref().take(70).collect();
    if letters.next().is_none() {
        short
    } else {
        format!("{short}...")
    }
}

/// Whether a condition is a chain that a pattern stands in.
pub(crate) fn has_pattern(condition: &Expr) -> bool {
    match condition {
        Expr::Let(_) => true,
        Expr::Binary(both) if matches!(both.op, BinOp::And(_)) => {
            has_pattern(&both.left) || has_pattern(&both.right)
        }
        _ => false,
    }
}

/// Puts a condition before all others of a chain.
pub(crate) fn put_first(chain: &mut Expr, condition: Expr) {
    if let Expr::Binary(both) = chain
        && matches!(both.op, BinOp::And(_))
    {
        put_first(&mut both.left, condition);
        return;
    }
    let rest = std::mem::replace(chain, Expr::PLACEHOLDER);
    *chain = Expr::Binary(ExprBinary {
        attrs: Vec::new(),
        left: Box::new(condition),
        op: BinOp::And(<Token![&&]>::default()),
        right: Box::new(rest),
    });
}

/// Whether one side goes on with the same operator.
pub(crate) fn is_same(side: &Expr, taken: Taken) -> bool {
    match side {
        Expr::Paren(within) => is_same(&within.expr, taken),
        Expr::Binary(both) => match taken {
            Taken::Holds => matches!(both.op, BinOp::And(_)),
            Taken::Fails => matches!(both.op, BinOp::Or(_)),
        },
        _ => false,
    }
}

/// Whether something within leaves the function, so that it cannot stand in a closure.
pub(crate) fn leaves(expr: &Expr) -> bool {
    struct Leaving(bool);
    impl<'ast> Visit<'ast> for Leaving {
        fn visit_expr(&mut self, expr: &'ast Expr) {
            match expr {
                Expr::Closure(_) => {}
                Expr::Try(_) | Expr::Return(_) | Expr::Break(_) | Expr::Continue(_) => {
                    self.0 = true;
                }
                _ => visit::visit_expr(self, expr),
            }
        }
    }
    let mut leaving = Leaving(false);
    leaving.visit_expr(expr);
    leaving.0
}

/// Methods whose closure answers yes or no.
pub(crate) fn asks_a_closure(method: &str) -> bool {
    [
        "all",
        "any",
        "filter",
        "find",
        "is_none_or",
        "is_some_and",
        "partition",
        "position",
        "retain",
        "skip_while",
        "take_while",
    ]
    .contains(&method)
}

/// The method of the same form that says otherwise.
pub(crate) fn opposite(method: &str, given: usize) -> Option<&'static str> {
    match (method, given) {
        ("any", 1) => Some("all"),
        ("all", 1) => Some("any"),
        ("is_some_and", 1) => Some("is_none_or"),
        ("is_none_or", 1) => Some("is_some_and"),
        _ => None,
    }
}

/// Methods that give what they are called on, with something more.
pub(crate) fn can_be_left_out(method: &str, given: usize) -> bool {
    match given {
        0 => method == "beyond_policy",
        1 => [
            "as_severe_as",
            "max",
            "min",
            "of",
            "or",
            "or_else",
            "with",
            "with_recipient",
        ]
        .contains(&method),
        2 => method == "with",
        _ => false,
    }
}

/// Whether a statement stands for what it does alone, and what comes after can do without.
pub(crate) fn is_for_its_effect(expr: &Expr) -> bool {
    match expr {
        Expr::Call(_) => true,
        // The order of what is told is no matter of what is decided.
        Expr::MethodCall(call) => !call.method.to_string().starts_with("sort"),
        Expr::Assign(assigned) => {
            let (left, right) = (&assigned.left, &assigned.right);
            let words = right.to_token_stream().to_string();
            let left = left.to_token_stream().to_string();
            words.split_whitespace().any(|word| word == left)
        }
        Expr::Binary(both) => matches!(both.op, BinOp::AddAssign(_) | BinOp::SubAssign(_)),
        _ => false,
    }
}

/// Whether it is a yes or no, as far as its shape tells: of a call of ours, its name alone does not.
pub(crate) fn is_condition(expr: &Expr) -> bool {
    const ASK: [&str; 8] = [
        "all",
        "any",
        "contains",
        "is_empty",
        "is_none",
        "is_none_or",
        "is_some",
        "is_some_and",
    ];
    match expr {
        Expr::Binary(both) => matches!(
            both.op,
            BinOp::And(_)
                | BinOp::Or(_)
                | BinOp::Eq(_)
                | BinOp::Ne(_)
                | BinOp::Lt(_)
                | BinOp::Le(_)
                | BinOp::Gt(_)
                | BinOp::Ge(_)
        ),
        Expr::Unary(unary) => matches!(unary.op, UnOp::Not(_)),
        Expr::Paren(within) => is_condition(&within.expr),
        Expr::Macro(call) => call.mac.path.is_ident("matches"),
        Expr::MethodCall(call) => {
            call.turbofish.is_none() && ASK.contains(&call.method.to_string().as_str())
        }
        _ => false,
    }
}

/// The last name of a type: `Option` of `Option<Fired>`.
pub(crate) fn name_of(of: &Type) -> Option<String> {
    let Type::Path(path) = of else { return None };
    Some(path.path.segments.last()?.ident.to_string())
}

/// Whether an arm takes whatever there is.
pub(crate) fn takes_everything(arm: &Arm) -> bool {
    match &arm.pat {
        Pat::Wild(_) => true,
        Pat::Ident(name) => {
            let first = name.ident.to_string().chars().next();
            name.subpat.is_none() && first.is_some_and(char::is_lowercase)
        }
        _ => false,
    }
}

/// Whether a pattern gives names to what it takes.
pub(crate) fn binds(pat: &Pat) -> bool {
    struct Binding(bool);
    impl<'ast> Visit<'ast> for Binding {
        fn visit_pat_ident(&mut self, name: &'ast syn::PatIdent) {
            let first = name.ident.to_string().chars().next();
            self.0 |= name.subpat.is_some() || first.is_some_and(char::is_lowercase);
        }
    }
    let mut binding = Binding(false);
    binding.visit_pat(pat);
    binding.0
}

/// Whether it can be looked at twice: names, fields and plain calls.
pub(crate) fn can_be_asked_again(expr: &Expr) -> bool {
    match expr {
        Expr::Path(_) | Expr::Lit(_) => true,
        Expr::Field(field) => can_be_asked_again(&field.base),
        Expr::Reference(of) => can_be_asked_again(&of.expr),
        Expr::Unary(of) => can_be_asked_again(&of.expr),
        Expr::Tuple(all) => all.elems.iter().all(can_be_asked_again),
        Expr::MethodCall(call) => {
            can_be_asked_again(&call.receiver) && call.args.iter().all(can_be_asked_again)
        }
        Expr::Call(call) => call.args.iter().all(can_be_asked_again),
        _ => false,
    }
}
