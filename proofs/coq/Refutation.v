(** What a refutation calls: both sides of a claim, evaluated at one point in interval arithmetic.

    The intervals have whole numbers of Coq's standard library as mantissas, so that no axiom on
    machine integers or floating-point numbers is used. They give no value to 1/0, nor to the
    logarithm or the root of what may be negative: where they show a difference, both sides are
    defined. *)
From Derivlab Require Export Certificate.
From Flocq Require Import Core.Zaux.
From Interval Require Import Real.Xreal Interval.Interval Interval.Float_full.
From Interval Require Import Float.Basic Float.Specific_stdz Float.Specific_ops Tactics.Interval_helper.
Open Scope R_scope.

Module Float := SpecificFloat StdZRadix2.
Module Enclosure := FloatIntervalFull Float.
Module Helper := IntervalTacticAux Enclosure.

(** Derivatives leave many products with 0: these go before numbers are put in. *)
Definition is_zero (e : expr) : bool := match e with Num 0 => true | _ => false end.
Definition is_one (e : expr) : bool := match e with Num 1 => true | _ => false end.
Fixpoint tidy (e : expr) : expr :=
  match e with
  | Add a b => let a := tidy a in let b := tidy b in
      if is_zero a then b else if is_zero b then a else Add a b
  | Mul a b => let a := tidy a in let b := tidy b in
      if is_zero a then Num 0 else if is_zero b then Num 0 else
      if is_one a then b else if is_one b then a else Mul a b
  | Opp a => let a := tidy a in if is_zero a then Num 0 else Opp a
  | Inv a => Inv (tidy a) | Exp a => Exp (tidy a) | Ln a => Ln (tidy a)
  | Sgm a => Sgm (tidy a) | Sqr a => Sqr (tidy a) | Tnh a => Tnh (tidy a)
  | Sum d b => let b := tidy b in if is_zero b then Num 0 else Sum d b
  | _ => e
  end.
Lemma is_zero_ok e : is_zero e = true -> e = Num 0.
Proof. destruct e; try discriminate. now destruct q. Qed.
Lemma is_one_ok e : is_one e = true -> e = Num 1.
Proof. destruct e; try discriminate. now destruct q as [|[]|]. Qed.
Lemma tidy_ok dm T : forall e ie, eval dm T ie (tidy e) = eval dm T ie e.
Proof.
  assert (Z : forall e ie, is_zero e = true -> eval dm T ie e = 0) by (intros; now rewrite (is_zero_ok e)).
  assert (O : forall e ie, is_one e = true -> eval dm T ie e = 1) by (intros; now rewrite (is_one_ok e)).
  induction e; intros ie; cbn [tidy eval]; rewrite <- ?IHe, <- ?IHe1, <- ?IHe2; auto.
  - destruct (is_zero (tidy e1)) eqn:A; [rewrite (Z _ ie A); lra|].
    destruct (is_zero (tidy e2)) eqn:B; [rewrite (Z _ ie B); lra | reflexivity].
  - destruct (is_zero (tidy e1)) eqn:A; [rewrite (Z _ ie A); cbn; lra|].
    destruct (is_zero (tidy e2)) eqn:B; [rewrite (Z _ ie B); cbn; lra|].
    destruct (is_one (tidy e1)) eqn:C; [rewrite (O _ ie C); lra|].
    destruct (is_one (tidy e2)) eqn:E; [rewrite (O _ ie E); lra | reflexivity].
  - destruct (is_zero (tidy e)) eqn:A; [rewrite (Z _ ie A); cbn; lra | reflexivity].
  - destruct (is_zero (tidy e)) eqn:A; cbn [eval].
    + symmetry. apply bsum_0. intros k _. rewrite <- IHe. now apply Z.
    + apply bsum_ext. intros k _. apply IHe.
Qed.
Theorem value dm T ie e : meaningful dm T ie e -> eval dm T ie e = eval dm T ie (tidy (lower e)).
Proof. intros M. rewrite tidy_ok. now apply lower_correct. Qed.

Ltac enclose_at p :=
  let prec := eval vm_compute in (Float.PtoP p) in
  Helper.do_interval (@None R) (@nil R) prec 10%nat 0%nat false false itm_naive.
Ltac enclose := enclose_at 60%positive.
(** What holds is found at once; a failure at many bits takes long, so it is tried last. *)
Ltac apart := first
  [ apply Rlt_not_eq; enclose | apply Rgt_not_eq; enclose
  | apply Rlt_not_eq; enclose_at 400%positive | apply Rgt_not_eq; enclose_at 400%positive ].

(** Everything but the operations on real numbers is computed. *)
Ltac at_point := cbv -[IZR Rplus Rmult Ropp Rinv Rminus Rdiv exp ln sqrt Rlt Rle lt not].

(** One goal for each index below a written size. *)
Ltac every_index k H :=
  lazymatch type of H with
  | (_ < O)%nat => exfalso; exact (Nat.nlt_0_r _ H)
  | _ => destruct k as [|k]; [ clear H | apply Nat.succ_lt_mono in H; every_index k H ]
  end.
Ltac take_indices := repeat match goal with
  | |- forall k : nat, (k < _)%nat -> _ =>
      let k := fresh "k" in let H := fresh "H" in intros k H; every_index k H
  end.
Ltac number_holds := first
  [ exact I | lia | lra | enclose | apply Rlt_not_eq; enclose | apply Rgt_not_eq; enclose
  | field; repeat split; apart ].
Ltac holds_here := at_point; take_indices; at_point; first
  [ lazymatch goal with |- _ \/ _ => first [ left; lra | right; holds_here ] end
  | number_holds | split; holds_here ].

Ltac exists_at dm T ie v js a :=
  let X := fresh in
  assert (X : ex_derive (fun t => eval dm (updT T v (map (ix ie) js) t) ie a) (T v (map (ix ie) js)));
  [ apply (derivative_exists dm T ie v js a); holds_here | exact X ].
Ltac differ dm T ie a b :=
  let X := fresh in
  assert (X : eval dm T ie a <> eval dm T ie b);
  [ rewrite (value dm T ie a), (value dm T ie b) by holds_here;
    at_point; apply Rminus_not_eq; apart
  | exact X ].
Ltac is_below dm T ie a b :=
  let X := fresh in
  assert (X : eval dm T ie a < eval dm T ie b);
  [ rewrite (value dm T ie a), (value dm T ie b) by holds_here;
    at_point; apply Rminus_lt; first [ enclose | enclose_at 400%positive ]
  | exact X ].
