//! Puts every mutation of a file behind the switch of `copied/mutant.rs`.

use proc_macro2::Span;
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{
    Arm, BinOp, Block, Expr, ExprBinary, ExprClosure, ExprIf, ExprMatch, ExprMethodCall, ExprUnary,
    ImplItemConst, ImplItemFn, ItemConst, ItemFn, ItemStatic, Local, Pat, ReturnType, Signature,
    Stmt, UnOp, parse_quote,
};

use crate::alternative;
use crate::shape::{self, Taken};

/// One thing changed.
pub(crate) struct Mutant {
    /// The file, and where in it.
    pub(crate) place: String,
    /// What is changed.
    pub(crate) told: String,
}

/// Walks a file, and numbers what it changes after those of the files before.
pub(crate) struct Mutator<'m> {
    /// The file, as it is told.
    pub(crate) file: &'m str,
    /// All so far; the first has the number one.
    pub(crate) mutants: &'m mut Vec<Mutant>,
}

impl Mutator<'_> {
    /// The number of a new mutant.
    pub(crate) fn add(&mut self, span: Span, told: impl Into<String>) -> usize {
        let start = span.start();
        self.mutants.push(Mutant {
            place: format!("{}:{}:{}", self.file, start.line, start.column + 1),
            told: told.into(),
        });
        self.mutants.len()
    }

    /// A condition: always so, and never.
    fn flag(&mut self, condition: &mut Expr) {
        let (span, said) = (condition.span(), shape::said(condition));
        self.visit_expr_mut(condition);
        let first = self.add(span, format!("`{said}` to true"));
        self.add(span, format!("`{said}` to false"));
        *condition = parse_quote!(crate::mutant::flag(#first, #condition));
    }

    /// What stands after `if`: a condition, or a chain of conditions and patterns.
    pub(crate) fn condition(&mut self, condition: &mut Expr) {
        if !shape::has_pattern(condition) {
            self.flag(condition);
            return;
        }
        let (span, said) = (condition.span(), shape::said(condition));
        self.chain(condition);
        let number = self.add(span, format!("`{said}` to false"));
        shape::put_first(condition, parse_quote!(!crate::mutant::is(#number)));
    }

    /// The parts of a chain: what is no pattern may hold anyway.
    fn chain(&mut self, part: &mut Expr) {
        match part {
            Expr::Binary(both) if matches!(both.op, BinOp::And(_)) => {
                self.chain(&mut both.left);
                self.chain(&mut both.right);
            }
            Expr::Let(pattern) => self.visit_expr_mut(&mut pattern.expr),
            _ => self.operand(part, Taken::Holds),
        }
    }

    /// One side of `&&` or `||`, which makes no difference as the mutant.
    fn operand(&mut self, side: &mut Expr, taken: Taken) {
        if shape::is_same(side, taken) {
            self.visit_expr_mut(side);
            return;
        }
        let (span, said) = (side.span(), shape::said(side));
        self.visit_expr_mut(side);
        let number = self.add(span, format!("without `{said}`"));
        *side = match taken {
            Taken::Holds => parse_quote!(crate::mutant::holds(#number, #side)),
            Taken::Fails => parse_quote!(crate::mutant::fails(#number, #side)),
        };
    }

    /// `&&` and `||`.
    fn joined(&mut self, both: &mut ExprBinary) -> Expr {
        let span = both.op.span();
        let (taken, told) = match both.op {
            BinOp::And(_) => (Taken::Holds, "&& to ||"),
            _ => (Taken::Fails, "|| to &&"),
        };
        self.operand(&mut both.left, taken);
        self.operand(&mut both.right, taken);
        let number = self.add(span, told);
        let (left, right) = (&both.left, &both.right);
        match (taken, shape::leaves(right)) {
            (Taken::Holds, false) => {
                parse_quote!(crate::mutant::and(#number, #left, || #right))
            }
            (Taken::Fails, false) => {
                parse_quote!(crate::mutant::or(#number, #left, || #right))
            }
            // What leaves the function cannot stand in a closure.
            (Taken::Holds, true) => {
                parse_quote!((if crate::mutant::is(#number) { (#left) || (#right) } else { (#left) && (#right) }))
            }
            (Taken::Fails, true) => {
                parse_quote!((if crate::mutant::is(#number) { (#left) && (#right) } else { (#left) || (#right) }))
            }
        }
    }

    /// Comparisons and sums; nothing for other operators.
    fn compared(&mut self, both: &mut ExprBinary) -> Option<Expr> {
        let other: BinOp = match both.op {
            BinOp::Eq(_) | BinOp::Ne(_) => both.op,
            BinOp::Lt(_) => parse_quote!(<=),
            BinOp::Le(_) => parse_quote!(<),
            BinOp::Gt(_) => parse_quote!(>=),
            BinOp::Ge(_) => parse_quote!(>),
            BinOp::Add(_) => parse_quote!(-),
            BinOp::Sub(_) => parse_quote!(+),
            _ => return None,
        };
        let span = both.op.span();
        self.visit_expr_mut(&mut both.left);
        self.visit_expr_mut(&mut both.right);
        let (left, op, right) = (&both.left, &both.op, &both.right);
        let sign = op.to_token_stream();
        if matches!(op, BinOp::Eq(_) | BinOp::Ne(_)) {
            let number = self.add(span, format!("{sign} turned round"));
            return Some(parse_quote!(crate::mutant::turned(#number, (#left) #op (#right))));
        }
        let told = format!("{sign} to {}", other.to_token_stream());
        let number = self.add(span, told);
        let near: Expr = parse_quote!(
            (if crate::mutant::is(#number) { (#left) #other (#right) } else { (#left) #op (#right) })
        );
        if matches!(op, BinOp::Add(_) | BinOp::Sub(_)) {
            return Some(near);
        }
        let number = self.add(span, format!("{sign} turned round"));
        Some(parse_quote!(crate::mutant::turned(#number, #near)))
    }

    /// Calls of methods that have an opposite, or can be left out.
    fn called(&mut self, call: &mut ExprMethodCall) -> Option<Expr> {
        let span = call.method.span();
        let name = call.method.to_string();
        self.visit_expr_mut(&mut call.receiver);
        let predicate = shape::asks_a_closure(&name);
        for given in &mut call.args {
            match given {
                Expr::Closure(closure) if predicate => self.predicate(closure),
                _ => self.visit_expr_mut(given),
            }
        }
        if matches!(name.as_str(), "then" | "then_some") && call.args.len() == 1 {
            // Its receiver is a condition; what it holds was visited.
            let first = self.add(span, format!("`.{name}` always"));
            self.add(span, format!("`.{name}` never"));
            let receiver = &call.receiver;
            call.receiver = parse_quote!(crate::mutant::flag(#first, #receiver));
            return None;
        }
        let (receiver, given) = (&call.receiver, &call.args);
        if let Some(other) = shape::opposite(&name, given.len()) {
            let number = self.add(span, format!("{name} to {other}"));
            let (own, other) = (&call.method, syn::Ident::new(other, span));
            return Some(parse_quote!(
                (if crate::mutant::is(#number) { #receiver.#other(#given) } else { #receiver.#own(#given) })
            ));
        }
        if shape::can_be_left_out(&name, given.len()) {
            let number = self.add(span, format!("without `.{name}`"));
            let own = &call.method;
            return Some(parse_quote!(
                (match #receiver { made => if crate::mutant::is(#number) { made } else { made.#own(#given) } })
            ));
        }
        None
    }

    /// A closure that answers yes or no.
    fn predicate(&mut self, closure: &mut ExprClosure) {
        self.flag(&mut closure.body);
    }

    /// A function whose body is left out, where its type allows it.
    fn function(&mut self, signature: &mut Signature, block: &mut Block) {
        let fixed = match &signature.output {
            ReturnType::Default => None,
            ReturnType::Type(_, of) => shape::name_of(of),
        };
        if signature.constness.is_some() {
            // What makes the tables of the rules is computed while they are built, and stays as it is.
            if fixed
                .as_deref()
                .is_some_and(|name| name == "Rule" || name == "Self")
            {
                return;
            }
            signature.constness = None;
        }
        let span = signature.ident.span();
        let name = signature.ident.to_string();
        let instead: Vec<(&str, Expr)> = match (&signature.output, fixed.as_deref()) {
            (ReturnType::Default, _) => vec![("()", parse_quote!(()))],
            (_, Some("bool")) => vec![("true", parse_quote!(true)), ("false", parse_quote!(false))],
            (_, Some("Option")) => vec![("None", parse_quote!(None))],
            (_, Some("Vec")) => vec![("nothing", parse_quote!(Vec::new()))],
            (_, Some("String")) => vec![("nothing", parse_quote!(String::new()))],
            (_, Some("Outcome")) => vec![(
                "NotApplicable",
                parse_quote!(crate::engine::rule::Outcome::NotApplicable),
            )],
            (_, Some("Mark")) => vec![
                ("Yes", parse_quote!(crate::engine::view::Mark::Yes)),
                ("No", parse_quote!(crate::engine::view::Mark::No)),
                ("Unknown", parse_quote!(crate::engine::view::Mark::Unknown)),
            ],
            _ => Vec::new(),
        };
        let mut first: Vec<Stmt> = Vec::new();
        for (told, value) in instead {
            let number = self.add(span, format!("`{name}` gives {told}"));
            first.push(parse_quote!(if crate::mutant::is(#number) { return #value; }));
        }
        visit_mut::visit_block_mut(self, block);
        block.stmts.splice(0..0, first);
    }
}

impl VisitMut for Mutator<'_> {
    // What is computed while it is built cannot look at a switch.
    fn visit_item_const_mut(&mut self, _: &mut ItemConst) {}
    fn visit_item_static_mut(&mut self, _: &mut ItemStatic) {}
    fn visit_impl_item_const_mut(&mut self, _: &mut ImplItemConst) {}

    fn visit_item_fn_mut(&mut self, item: &mut ItemFn) {
        self.function(&mut item.sig, &mut item.block);
    }

    fn visit_impl_item_fn_mut(&mut self, item: &mut ImplItemFn) {
        self.function(&mut item.sig, &mut item.block);
    }

    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        let other = match expr {
            Expr::Binary(both) if matches!(both.op, BinOp::And(_) | BinOp::Or(_)) => {
                if shape::has_pattern(expr) {
                    self.chain(expr);
                    return;
                }
                let Expr::Binary(both) = expr else { return };
                Some(self.joined(both))
            }
            Expr::Binary(both) => match self.compared(both) {
                None => {
                    visit_mut::visit_expr_binary_mut(self, both);
                    None
                }
                other => other,
            },
            Expr::Unary(ExprUnary {
                op: UnOp::Not(_),
                expr: inner,
                ..
            }) => {
                let span = inner.span();
                self.visit_expr_mut(inner);
                let number = self.add(span, "without !");
                Some(parse_quote!(crate::mutant::turned(#number, !(#inner))))
            }
            Expr::MethodCall(call) => self.called(call),
            Expr::Macro(call) => alternative::of_matches(self, &call.mac),
            Expr::Closure(closure) if shape::is_condition(&closure.body) => {
                self.predicate(closure);
                None
            }
            _ => {
                visit_mut::visit_expr_mut(self, expr);
                None
            }
        };
        if let Some(other) = other {
            *expr = other;
        }
    }

    fn visit_expr_if_mut(&mut self, chosen: &mut ExprIf) {
        self.condition(&mut chosen.cond);
        self.visit_block_mut(&mut chosen.then_branch);
        if let Some((_, other)) = &mut chosen.else_branch {
            self.visit_expr_mut(other);
        }
    }

    fn visit_expr_match_mut(&mut self, chosen: &mut ExprMatch) {
        let scrutinee = chosen.expr.clone();
        self.visit_expr_mut(&mut chosen.expr);
        // An arm can only be left out where a later one takes everything.
        let rest = chosen.arms.iter().rposition(shape::takes_everything);
        for (index, arm) in chosen.arms.iter_mut().enumerate() {
            let open = rest.is_some_and(|rest| index < rest);
            self.arm(arm, &scrutinee, open);
        }
    }

    fn visit_local_mut(&mut self, local: &mut Local) {
        match &mut local.init {
            Some(init)
                if init.diverge.is_none()
                    && matches!(local.pat, Pat::Ident(_))
                    && shape::is_condition(&init.expr) =>
            {
                self.flag(&mut init.expr);
            }
            _ => visit_mut::visit_local_mut(self, local),
        }
    }

    fn visit_stmt_mut(&mut self, stmt: &mut Stmt) {
        let Stmt::Expr(expr, Some(_)) = &*stmt else {
            visit_mut::visit_stmt_mut(self, stmt);
            return;
        };
        let left_out = shape::is_for_its_effect(expr);
        let (span, said) = (expr.span(), shape::said(expr));
        visit_mut::visit_stmt_mut(self, stmt);
        if left_out {
            let number = self.add(span, format!("without `{said}`"));
            *stmt = parse_quote!(if !crate::mutant::is(#number) { #stmt });
        }
    }
}

impl Mutator<'_> {
    /// An arm: its guard, what it takes, and its body.
    fn arm(&mut self, arm: &mut Arm, scrutinee: &Expr, open: bool) {
        let (span, said) = (arm.pat.span(), shape::said(&arm.pat));
        if let Pat::Guard(guarded) = &mut arm.pat {
            self.condition(&mut guarded.guard);
        } else if open {
            let number = self.add(span, format!("without the arm `{said}`"));
            let mut guard: Expr = parse_quote!(!crate::mutant::is(#number));
            for (left_out, told) in alternative::each(&arm.pat) {
                if !shape::can_be_asked_again(scrutinee) || shape::binds(&left_out) {
                    continue;
                }
                let number = self.add(span, format!("without `{told}` in `{said}`"));
                guard = parse_quote!(
                    #guard && !(crate::mutant::is(#number) && matches!(#scrutinee, #left_out))
                );
            }
            let pat = &arm.pat;
            arm.pat = Pat::Guard(syn::PatGuard {
                attrs: Vec::new(),
                pat: Box::new(pat.clone()),
                if_token: <syn::Token![if]>::default(),
                guard: Box::new(guard),
            });
        }
        self.visit_expr_mut(&mut arm.body);
    }
}
